internal import Synchronization

/// What the loops of one worker process share: slots, leases in hand, hints, and whether it may claim.
final class WorkState: Sendable {
    private struct State {
        var worker: Int64 = 0
        var freeSlots: Int
        var inHand: [Int64: Int64] = [:]  // lease: job
        var hints: Set<Int64> = []
        var isDraining = false
        var isSuspended = false
        var claimsUnderway = 0
        var mustDisown = false

        /// Draining, and nothing in hand.
        var isDone: Bool { isDraining && inHand.isEmpty && claimsUnderway == 0 }
    }

    private let state: Mutex<State>
    /// Rung when there may be work.
    let work = WakeUp()
    /// Rung when slots came free, or claiming may go on.
    let slots = WakeUp()
    /// Rung when nothing is in hand any more.
    let empty = WakeUp()

    init(slots: Int) { state = Mutex(State(freeSlots: slots)) }

    /// This process's row, 0 before it enrolled.
    var worker: Int64 { state.withLock { $0.worker } }
    /// Whether no new jobs are taken.
    var isDraining: Bool { state.withLock { $0.isDraining } }
    /// Every lease in hand with its job.
    var inHand: [Int64: Int64] { state.withLock { $0.inHand } }

    func enroll(as worker: Int64) { state.withLock { $0.worker = worker } }

    /// No claims while the heart does not beat: others are about to take our jobs.
    func suspend(_ isSuspended: Bool) {
        let changed = state.withLock { state in
            defer { state.isSuspended = isSuspended }
            return state.isSuspended != isSuspended
        }
        if changed { slots.ring() }
    }

    /// From here on nothing is claimed.
    func drain() {
        let isEmpty = state.withLock { state in
            state.isDraining = true
            return state.inHand.isEmpty && state.claimsUnderway == 0
        }
        work.open()
        slots.open()
        if isEmpty { empty.open() }
    }

    /// Notes tenants that are said to have work.
    func hint(_ tenants: some Sequence<Int64>) {
        state.withLock { state in
            for tenant in tenants where state.hints.count < 4_096 { state.hints.insert(tenant) }
        }
        work.ring()
    }

    // MARK: Claiming

    /// Permission for one claim.
    enum Grant {
        /// Claim so many at most, these tenants first.
        case claim(Int, hints: [Int64])
        /// First give back what a lost claim may have taken; keep these leases.
        case disown(keeping: [Int64])
        /// Nothing is free, or claiming is suspended: sleep on `slots`.
        case wait
        /// The end has begun.
        case stop
    }

    /// Asks for permission; slots granted are taken until `settle`.
    func grant(upTo batchMax: Int) -> Grant {
        state.withLock { state in
            if state.isDraining { return .stop }
            if state.mustDisown {
                guard state.claimsUnderway == 0 else { return .wait }
                state.claimsUnderway += 1
                return .disown(keeping: Array(state.inHand.keys))
            }
            guard state.freeSlots > 0, !state.isSuspended else { return .wait }
            let count = min(batchMax, state.freeSlots)
            state.freeSlots -= count
            state.claimsUnderway += 1
            // A few per claim: hinted tenants are served first, and the others' turns must not wait for all of them.
            let hints = Array(state.hints.prefix(16))
            state.hints.subtract(hints)
            return .claim(count, hints: hints)
        }
    }

    /// Takes in what a claim of `granted` slots brought.
    func settle(granted: Int, _ jobs: [ClaimedJob]) {
        let (isOver, mayGoOn) = state.withLock { state in
            for job in jobs { state.inHand[job.lease] = job.id }
            state.freeSlots += granted - jobs.count
            state.claimsUnderway -= 1
            return (state.isDone, state.mustDisown)
        }
        if mayGoOn { slots.ring() }
        if isOver { empty.open() }
    }

    /// A claim whose answer never came: it may have been kept.
    func settleLost(granted: Int) {
        state.withLock { state in
            state.freeSlots += granted
            state.claimsUnderway -= 1
            state.mustDisown = true
        }
        slots.ring()
    }

    /// The giving back worked, or must be tried again.
    func settleDisowned(_ succeeded: Bool) {
        state.withLock { state in
            state.claimsUnderway -= 1
            if succeeded { state.mustDisown = false }
        }
        slots.ring()
    }

    // MARK: Ending

    /// Whether a lease is still ours to end; false after it was given back.
    func holds(_ lease: Int64) -> Bool { state.withLock { $0.inHand[lease] != nil } }

    /// Frees the slots of ended jobs.
    func release(_ leases: some Sequence<Int64>) {
        let isOver = state.withLock { state in
            for lease in leases where state.inHand.removeValue(forKey: lease) != nil { state.freeSlots += 1 }
            return state.isDone
        }
        slots.ring()
        if isOver { empty.open() }
    }
}
