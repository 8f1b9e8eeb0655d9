import Daemon

/// A database session on its own thread: libpq may block here and nowhere else.
actor Session {
    private let thread: BlockingExecutor
    private let conninfo: String
    private let name: String
    private var wire: Wire?
    private var isClosed = false
    private var failures = 0
    private var nextAttempt = ContinuousClock.now
    private var lastFailure = PostgresError.unreachable("not connected yet")

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    init(_ conninfo: String, name: String) {
        thread = BlockingExecutor(label: "postgres.\(name)")
        self.conninfo = conninfo
        self.name = name
    }

    /// Runs `body` between BEGIN and COMMIT, or ROLLBACK when anything throws, and gives itself back to the pool.
    ///
    /// The session goes back from its own thread, so the next waiter need not wait for this caller to wake up.
    func transaction<Scope, Output: Sendable>(
        _ entry: Entry?, of pool: SessionPool, _ body: @Sendable (borrowing Transaction<Scope>) throws -> Output
    ) throws -> Output {
        defer { pool.release(self) }
        let wire = try connected()
        defer { if wire.isLost { self.wire = nil } }
        wire.begin()
        if let entry { wire.enqueue(entry.sql, entry.parameters) }
        do {
            let output = try body(Transaction(on: wire))
            try wire.commit()
            return output
        } catch {
            wire.rollback()
            throw error
        }
    }

    /// Closes the connection for good.
    func close() {
        isClosed = true
        wire = nil
    }

    private func connected() throws(PostgresError) -> Wire {
        if isClosed { throw .unreachable("the database was closed") }
        if let wire, wire.isAlive { return wire }
        wire = nil
        guard ContinuousClock.now >= nextAttempt else { throw lastFailure }
        do {
            let fresh = try Wire.connect(conninfo, name: name)
            failures = 0
            wire = fresh
            return fresh
        } catch {
            // Full jitter, so that the sessions of many processes do not come back in step.
            failures = min(failures + 1, 6)
            nextAttempt = .now + .milliseconds(Int.random(in: 0...(25 << failures)))
            lastFailure = error
            throw error
        }
    }
}

/// A statement that opens a scope, without its type.
struct Entry: Sendable {
    let sql: StaticString
    let parameters: [Parameter]
}
