import Synchronization

/// Rings for one who listens, and keeps ringing until it is heard. Who gives up listening may listen again: a stream
/// would be over for ever once a task that reads it is canceled.
final class Bell: Sendable {
    fileprivate struct State {
        var rings = false
        var listener: CheckedContinuation<Bool, Never>?
    }

    private let state = Mutex(State())

    /// Wakes the listener, or the next one.
    func ring() {
        let listener = state.withLock { state in
            state.rings = state.listener == nil
            return state.takeListener()
        }
        listener?.resume(returning: true)
    }

    /// Whether it rang; false when the task was canceled before. One listener at a time.
    func heard() async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.rings {
                        state.rings = false
                        return true
                    }
                    // A cancellation that comes from here on finds the listener.
                    if Task.isCancelled { return false }
                    state.listener = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.takeListener() }?.resume(returning: false)
        }
    }
}

extension Bell.State {
    fileprivate mutating func takeListener() -> CheckedContinuation<Bool, Never>? {
        defer { listener = nil }
        return listener
    }
}
