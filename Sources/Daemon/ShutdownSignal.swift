internal import Synchronization

/// Tells a process to finish what it has begun and go. Fires once and stays fired.
public final class ShutdownSignal: Sendable {
    private struct State {
        var isRequested = false
        var nextWaiter: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// A signal nobody has given yet.
    public init() {}

    /// Whether somebody asked for the end.
    public var isRequested: Bool { state.withLock { $0.isRequested } }

    /// Asks for the end; asking again changes nothing.
    public func request() {
        let waiters = state.withLock { state in
            state.isRequested = true
            defer { state.waiters.removeAll() }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns when the end was asked for, or at once when the waiting task is cancelled.
    public func wait() async {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let mayWait = state.withLock { state in
                    guard !state.isRequested, !Task.isCancelled else { return false }
                    state.waiters[number] = waiter
                    return true
                }
                if !mayWait { waiter.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }
}
