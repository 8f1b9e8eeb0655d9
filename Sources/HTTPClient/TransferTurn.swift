internal import CCurl
internal import Synchronization

/// The state of the loop: what waits, what flies, which handles are free. Used by one thread only.
@safe final class TransferTurn {
    private static let eventsMax: Int32 = 128

    private let inbox: Inbox
    private let poller: Int32
    private let settings: TransportSettings
    private let multi: UnsafeMutableRawPointer
    private let deadline: UnsafeMutablePointer<Int64>
    private let events: UnsafeMutablePointer<client_event>
    private var waiting: [Transfer] = []
    private var waitingStart = 0
    private var flying: [UInt64: Transfer] = [:]
    private var spare: [EasyHandle] = []

    init?(inbox: Inbox, poller: Int32, settings: TransportSettings) {
        unsafe deadline = .allocate(capacity: 1)
        unsafe deadline.initialize(to: .max)
        unsafe events = .allocate(capacity: Int(Self.eventsMax))
        guard let multi = unsafe client_multi_open(poller, deadline) else {
            unsafe deadline.deallocate()
            unsafe events.deallocate()
            return nil
        }
        unsafe self.multi = unsafe multi
        self.inbox = inbox
        self.poller = poller
        self.settings = settings
        unsafe client_multi_set_long(multi, CURLMOPT_MAXCONNECTS, settings.inflightMax)
        unsafe client_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    }

    deinit {
        spare = []
        unsafe curl_multi_cleanup(multi)
        unsafe deadline.deallocate()
        unsafe events.deallocate()
        client_close(poller)
    }

    /// Turns until the inbox is closed; then everything still under way is given up.
    func run() {
        while true {
            let notes = inbox.take()
            guard !notes.isClosed else { return giveUp(notes) }
            waiting.append(contentsOf: notes.submitted)
            for id in notes.canceled { cancel(id) }
            startWaiting()
            tell()
            wait()
            collect()
        }
    }

    private func startWaiting() {
        while flying.count < settings.inflightMax, waitingStart < waiting.count {
            start(waiting[waitingStart])
            waitingStart += 1
        }
        if waitingStart == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            waitingStart = 0
        } else if waitingStart > 4_096 {
            waiting.removeFirst(waitingStart)
            waitingStart = 0
        }
    }

    /// The figures for whoever asks from outside.
    private func tell() {
        inbox.inflight.store(flying.count, ordering: .relaxed)
        inbox.waiting.store(waiting.count - waitingStart, ordering: .relaxed)
    }

    private func start(_ transfer: Transfer) {
        guard !transfer.isCanceled.load(ordering: .acquiring) else {
            return transfer.finish(.failure(.notSent("canceled before it was sent")))
        }
        guard let easy = spare.popLast() ?? EasyHandle(settings) else {
            return transfer.finish(.failure(.notSent("out of memory")))
        }
        if let fault = easy.prepare(transfer) {
            easy.reset()
            return transfer.finish(.failure(.notSent(fault)))
        }
        transfer.easy = easy
        flying[transfer.id] = transfer
        let code = unsafe curl_multi_add_handle(multi, easy.pointer)
        guard code == CURLM_OK else { return land(transfer, .failure(.notSent("libcurl refused the transfer"))) }
    }

    private func cancel(_ id: UInt64) {
        if let transfer = flying[id] { return land(transfer, .failure(.canceled)) }
        guard let place = waiting[waitingStart...].firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: place).finish(.failure(.notSent("canceled before it was sent")))
    }

    /// Waits for sockets, libcurl's timer or a note, whichever comes first, and lets libcurl work.
    private func wait() {
        let now = client_milliseconds()
        let due = unsafe deadline.pointee
        // Never longer than a second: a timer lost in libcurl would otherwise be a call that never ends.
        let patience = due == .max ? 1_000 : Int32(clamping: min(max(due - now, 0), 1_000))
        let count = unsafe client_wait(poller, events, Self.eventsMax, patience)
        var running: Int32 = 0
        for index in 0..<Int(count) {
            let event = unsafe events[index]
            if event.socket == inbox.waker {
                client_waker_drain(inbox.waker)
            } else {
                unsafe curl_multi_socket_action(multi, event.socket, event.actions, &running)
            }
        }
        let isDue = unsafe client_milliseconds() >= deadline.pointee
        guard isDue || count == 0 else { return }
        if isDue { unsafe deadline.pointee = .max }
        unsafe curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running)
    }

    /// Takes back the transfers libcurl has finished.
    private func collect() {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let handle = unsafe message.pointee.easy_handle,
                let context = unsafe client_get_private(handle)
            else { continue }
            let code = unsafe message.pointee.data.result
            let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            guard let easy = transfer.easy else { continue }
            land(transfer, easy.outcome(code, of: transfer))
        }
    }

    /// Takes the handle back, wiped, and tells the waiting task.
    private func land(_ transfer: Transfer, _ outcome: Transfer.Outcome) {
        flying[transfer.id] = nil
        if let easy = transfer.easy {
            transfer.easy = nil
            unsafe curl_multi_remove_handle(multi, easy.pointer)
            easy.reset()
            spare.append(easy)
        }
        transfer.finish(outcome)
    }

    private func giveUp(_ notes: Inbox.Notes) {
        for transfer in flying.values { land(transfer, .failure(.unknownOutcome("the transport was closed"))) }
        for transfer in waiting[waitingStart...] + notes.submitted {
            transfer.finish(.failure(.notSent("the transport was closed")))
        }
    }
}
