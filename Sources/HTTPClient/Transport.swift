internal import CCurl
internal import Synchronization

/// Sends requests and waits for their answers, all on one libcurl loop in one thread of its own. Connections and
/// handles are used again; HTTP/2 is spoken where it is offered; nothing of a secret header is left in memory after a
/// call.
public final class Transport: Sendable {
    private let settings: TransportSettings
    private let inbox: Inbox
    private let nextID = Atomic<UInt64>(0)

    /// Starts the loop. It ends with `close()` or with the transport.
    public init(_ settings: TransportSettings = TransportSettings()) {
        precondition(Self.isInitialised, "libcurl could not be initialised")
        let poller = client_poller_open()
        let waker = client_waker_open(poller)
        precondition(poller >= 0 && waker >= 0, "no descriptors left for the HTTP client")
        self.settings = settings
        let inbox = Inbox(waker: waker)
        self.inbox = inbox
        let loop = TransferLoop()
        // The loop's own task: it is told to end through the inbox.
        Task { await loop.run(inbox, poller: poller, settings: settings) }
    }

    deinit {
        inbox.close()
    }

    /// Requests under way, as the loop last saw it.
    public var inflight: Int { inbox.inflight.load(ordering: .relaxed) }

    /// Requests in line for a place.
    public var waiting: Int { inbox.waiting.load(ordering: .relaxed) }

    /// Sends one request and gives its whole answer, whatever the status.
    ///
    /// With `inflightMax` others under way it waits for its turn, in order. Cancelling the task gives up at once:
    /// `notSent` when its turn had not come, else `canceled`.
    public func send(_ request: OutgoingRequest) async throws(HTTPClientError) -> IncomingResponse {
        if let fault = RequestCheck.fault(in: request, plainHosts: settings.plainHosts) { throw .notSent(fault) }
        let id = nextID.add(1, ordering: .relaxed).newValue
        let transfer = Transfer(
            id: id, request: request, answerBytesMax: settings.answerBytesMax,
            isGuarded: settings.publicAddressesOnly
                && !settings.plainHosts.contains(RequestCheck.host(ofURL: request.url)))
        let inbox = inbox
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.wait(with: continuation)
                if !inbox.submit(transfer) { transfer.finish(.failure(.notSent("the transport is closed"))) }
            }
        } onCancel: {
            transfer.isCanceled.store(true, ordering: .releasing)
            inbox.cancel(id)
        }
        return try outcome.get()
    }

    /// Gives up everything under way and ends the thread. Later requests are refused.
    public func close() {
        inbox.close()
    }

    private static let isInitialised = client_global_init() == CURLE_OK
}
