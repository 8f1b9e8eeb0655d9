internal import Daemon
import Synchronization

/// A fixed number of sessions, lent to one transaction each; who finds none waits in line for a bounded time.
final class SessionPool: Sendable {
    fileprivate struct Waiter {
        let continuation: CheckedContinuation<Session?, Never>
        let deadline: ContinuousClock.Instant
    }

    fileprivate struct State {
        var idle: [Session]
        var waiting: [Int: Waiter] = [:]
        var firstTicket = 0
        var nextTicket = 0
        var isSweeping = false
        var isClosed = false
    }

    private let state: Mutex<State>
    private let waitLimit: Duration
    private let inUse: Gauge
    private let waits: Histogram
    let sessions: [Session]

    /// - Parameter name: the pool's label in the metrics.
    init(_ sessions: [Session], name: String, waitLimit: Duration) {
        inUse = Metrics.gauge(
            "tollgate_db_pool_connections", help: "Database sessions, by pool and state.",
            labels: ["pool": name, "state": "in_use"])
        waits = Metrics.histogram(
            "tollgate_db_pool_wait_seconds", help: "How long a transaction waited for a session.",
            labels: ["pool": name])
        self.sessions = sessions
        self.waitLimit = waitLimit
        state = Mutex(State(idle: sessions))
    }

    /// The session last used, or the next one to come free.
    func acquire() async throws(PostgresError) -> Session {
        let ready = state.withLock { state in state.isClosed ? nil : state.idle.popLast() }
        if let ready {
            note(waited: .zero)
            return ready
        }
        let start = ContinuousClock.now
        let deadline = start + waitLimit
        let session = await withCheckedContinuation { continuation in
            wait(Waiter(continuation: continuation, deadline: deadline))
        }
        guard let session else {
            throw state.withLock { $0.isClosed } ? .unreachable("the database was closed") : .poolExhausted
        }
        note(waited: ContinuousClock.now - start)
        return session
    }

    private func note(waited: Duration) {
        waits.record(waited)
        inUse.add(1)
    }

    /// Lends the session to who waited longest, or keeps it.
    func release(_ session: Session) {
        inUse.add(-1)
        let waiter = state.withLock { state in
            let waiter = state.popWaiter()
            if waiter == nil { state.idle.append(session) }
            return waiter
        }
        waiter?.continuation.resume(returning: session)
    }

    /// Sends everyone away, now and later.
    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { state.waiting.removeAll() }
            return Array(state.waiting.values)
        }
        for waiter in waiters { waiter.continuation.resume(returning: nil) }
    }

    private func wait(_ waiter: Waiter) {
        let (session, startsSweep) = state.withLock { state -> (Session??, Bool) in
            if state.isClosed { return (.some(nil), false) }
            if let session = state.idle.popLast() { return (session, false) }
            state.waiting[state.nextTicket] = waiter
            state.nextTicket += 1
            defer { state.isSweeping = true }
            return (nil, !state.isSweeping)
        }
        if let session { waiter.continuation.resume(returning: session) }
        // One task for all waiters instead of a timer for each; it ends when nobody waits.
        if startsSweep { Task { await sweep() } }
    }

    private func sweep() async {
        while let deadline = expire() { try? await Task.sleep(until: deadline, clock: .continuous) }
    }

    /// Sends away whose time is over; gives the next deadline, or nil when nobody is left.
    private func expire() -> ContinuousClock.Instant? {
        let now = ContinuousClock.now
        let (expired, deadline) = state.withLock { state in
            var expired: [Waiter] = []
            while let waiter = state.peekWaiter(), waiter.deadline <= now {
                if let waiter = state.popWaiter() { expired.append(waiter) }
            }
            let next = state.peekWaiter()?.deadline
            if next == nil { state.isSweeping = false }
            return (expired, next)
        }
        for waiter in expired { waiter.continuation.resume(returning: nil) }
        return deadline
    }
}

extension SessionPool.State {
    /// Who waits longest.
    fileprivate mutating func peekWaiter() -> SessionPool.Waiter? {
        while firstTicket < nextTicket {
            if let waiter = waiting[firstTicket] { return waiter }
            firstTicket += 1
        }
        return nil
    }

    /// Takes who waits longest out of the line.
    fileprivate mutating func popWaiter() -> SessionPool.Waiter? {
        guard let waiter = peekWaiter() else { return nil }
        waiting[firstTicket] = nil
        firstTicket += 1
        return waiter
    }
}
