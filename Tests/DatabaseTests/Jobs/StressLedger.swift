import Synchronization

/// What the stress test saw happen, and what must not have.
final class StressLedger: Sendable {
    private struct State {
        var running: [String: Int] = [:]
        var claimedSeq: [String: Int32] = [:]
        var finished: [Int64: Int] = [:]
        var enqueued = 0
        var crashes = 0
        var zombies = 0
        var zombiesAccepted = 0
        var checks = 0
        var violations: [String] = []
    }

    private let state = Mutex(State())

    var violations: [String] { state.withLock { $0.violations } }
    var enqueued: Int { state.withLock { $0.enqueued } }
    var crashes: Int { state.withLock { $0.crashes } }
    var zombies: (tried: Int, accepted: Int) { state.withLock { ($0.zombies, $0.zombiesAccepted) } }
    var finished: Int { state.withLock { $0.finished.count } }
    var checks: Int { state.withLock { $0.checks } }

    func noteEnqueued(_ count: Int) { state.withLock { $0.enqueued += count } }

    func noteCheck(_ violations: [String]) {
        state.withLock { state in
            state.checks += 1
            state.violations += violations
        }
    }

    /// A claim of a key's job begins after every earlier one of that key ended, in the key's order.
    func begin(_ jobs: [StressJob]) {
        state.withLock { state in
            for job in jobs {
                guard let lane = job.lane else { continue }
                state.running[lane, default: 0] += 1
                if state.running[lane] != 1 { state.violations.append("two at once on key \(lane)") }
                if job.keySeq < state.claimedSeq[lane] ?? 0 { state.violations.append("out of order on key \(lane)") }
                state.claimedSeq[lane] = job.keySeq
            }
        }
    }

    func end(_ jobs: [StressJob]) {
        state.withLock { state in
            for job in jobs { if let lane = job.lane { state.running[lane, default: 0] -= 1 } }
        }
    }

    /// The end was refused for now: the job is still running.
    func resume(_ jobs: [StressJob]) {
        state.withLock { state in
            for job in jobs { if let lane = job.lane { state.running[lane, default: 0] += 1 } }
        }
    }

    func noteFinished(_ ids: some Sequence<Int64>) {
        state.withLock { state in
            for id in ids {
                state.finished[id, default: 0] += 1
                if state.finished[id] != 1 { state.violations.append("finished twice: \(id)") }
            }
        }
    }

    func noteCrash() { state.withLock { $0.crashes += 1 } }

    func noteZombie(tried: Int, accepted: Int) {
        state.withLock { state in
            state.zombies += tried
            state.zombiesAccepted += accepted
        }
    }
}
