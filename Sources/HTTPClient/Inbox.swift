internal import CCurl
internal import Synchronization

/// What tasks hand to the loop: new transfers, cancellations, the wish to end. The first note since the loop last
/// looked wakes it.
final class Inbox: Sendable {
    struct Notes: Sendable {
        var submitted: [Transfer] = []
        var canceled: [UInt64] = []
        var isClosed = false
        fileprivate var isAwake = false
    }

    private let notes = Mutex(Notes())
    let waker: Int32
    /// What the loop says of itself: transfers under way, and those in line behind them.
    let inflight = Atomic<Int>(0)
    let waiting = Atomic<Int>(0)

    init(waker: Int32) {
        self.waker = waker
    }

    deinit {
        client_close(waker)
    }

    /// False when the loop has ended or is ending.
    func submit(_ transfer: Transfer) -> Bool {
        note { notes in
            guard !notes.isClosed else { return false }
            notes.submitted.append(transfer)
            return true
        }
    }

    func cancel(_ id: UInt64) {
        _ = note { notes in
            notes.canceled.append(id)
            return !notes.isClosed
        }
    }

    func close() {
        _ = note { notes in
            notes.isClosed = true
            return true
        }
    }

    /// Everything noted since last time.
    func take() -> Notes {
        notes.withLock { notes in
            defer {
                notes.submitted = []
                notes.canceled = []
                notes.isAwake = false
            }
            return notes
        }
    }

    private func note(_ write: (inout Notes) -> Bool) -> Bool {
        let (isTaken, mustWake) = notes.withLock { notes in
            let isTaken = write(&notes)
            defer { notes.isAwake = true }
            return (isTaken, !notes.isAwake)
        }
        if mustWake { client_wake(waker) }
        return isTaken
    }
}
