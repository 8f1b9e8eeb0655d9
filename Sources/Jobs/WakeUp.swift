internal import Synchronization

/// A bell for loops that sleep: a ring wakes one sleeper, or is kept for the next one. Opened, nobody sleeps any more.
final class WakeUp: Sendable {
    private struct State {
        var isRung = false
        var isOpen = false
        var nextSleeper: UInt64 = 0
        var sleepers: [(number: UInt64, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// Whether somebody sleeps: the loop has nothing to do.
    var hasSleeper: Bool { state.withLock { !$0.sleepers.isEmpty } }

    /// Wakes one sleeper; with none, the next one does not fall asleep.
    func ring() {
        let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.sleepers.isEmpty else {
                state.isRung = true
                return nil
            }
            return state.sleepers.removeFirst().continuation
        }
        sleeper?.resume()
    }

    /// Wakes everybody, now and for ever.
    func open() {
        let sleepers = state.withLock { state in
            state.isOpen = true
            defer { state.sleepers.removeAll() }
            return state.sleepers
        }
        for sleeper in sleepers { sleeper.continuation.resume() }
    }

    /// Sleeps until a ring, or until the task is cancelled.
    func sleep() async {
        let number = state.withLock { state in
            state.nextSleeper += 1
            return state.nextSleeper
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let sleeps = state.withLock { state in
                    if state.isRung || state.isOpen || Task.isCancelled {
                        state.isRung = false
                        return false
                    }
                    state.sleepers.append((number, continuation))
                    return true
                }
                if !sleeps { continuation.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard let index = state.sleepers.firstIndex(where: { $0.number == number }) else { return nil }
                return state.sleepers.remove(at: index).continuation
            }
            sleeper?.resume()
        }
    }
}
