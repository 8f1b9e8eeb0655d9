import Postgres
import Synchronization
import TestSupport
import Testing

/// Sessions come, go, run out and are lost.
@Suite(.emptyDatabase)
struct SessionTests {
    /// Who waits for an advisory lock in this test's own database; the server's other databases are other tests'.
    private static let waitingHere = """
        pg_locks WHERE locktype = 'advisory' AND NOT granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """

    @Test func `R25: who finds no session in time is told so`() async throws {
        let test = TestDatabase.current
        let database = test.open(.superuser, sessions: 1, waitLimit: .milliseconds(30))
        try await test.run("SELECT pg_advisory_lock(1)")
        let blocked = Task {
            try await database.transaction(in: AdministrativeScope.self) { tx in
                _ = try tx.run(WaitForLock(key: 1))
            }
        }
        try await test.wait(until: "SELECT count(*) = 1 FROM \(Self.waitingHere)")
        await #expect(throws: PostgresError.poolExhausted) {
            try await database.transaction(in: AdministrativeScope.self) { tx in _ = try tx.run(FindOne()) }
        }
        try await test.run("SELECT pg_advisory_unlock(1)")
        try await blocked.value
        try await database.ping()
    }

    @Test func `more transactions than sessions all get their turn`() async throws {
        let database = TestDatabase.current.open(.superuser, sessions: 3)
        let sum = try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await database.transaction(in: AdministrativeScope.self) { tx in try tx.one(FindOne()) }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 200)
    }

    @Test func `R5: a session that was terminated while idle is replaced unnoticed`() async throws {
        let test = TestDatabase.current
        let database = test.open(.superuser, sessions: 1)
        let first = try await backend(database)
        try await terminate(first)
        #expect(try await backend(database) != first)
    }

    @Test func `R5: a session terminated in a transaction loses it, and the next one works`() async throws {
        let test = TestDatabase.current
        let database = test.open(.superuser, sessions: 1)
        try await database.transaction(in: AdministrativeScope.self) { tx in tx.send(CreateNote()) }
        try await test.run("SELECT pg_advisory_lock(1)")
        let lost = Task {
            try await database.transaction(in: AdministrativeScope.self) { tx in
                _ = try tx.run(InsertNote(id: 1))
                _ = try tx.run(WaitForLock(key: 1))
            }
        }
        try await test.wait(until: "SELECT count(*) = 1 FROM \(Self.waitingHere)")
        try await test.run("SELECT pg_terminate_backend(pid) FROM \(Self.waitingHere)")
        let error = await #expect(throws: PostgresError.self) { try await lost.value }
        #expect(error?.isTransient == true)
        guard case .unreachable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try await database.transaction(in: AdministrativeScope.self) { tx in try tx.run(ListNotes()) } == [])
    }

    @Test func `R4: a session lost during COMMIT leaves the outcome unknown`() async throws {
        let test = TestDatabase.current
        try await test.run(
            """
            CREATE TABLE note (id bigint PRIMARY KEY, text text NOT NULL);
            CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED
              FOR EACH ROW EXECUTE FUNCTION linger();
            SELECT pg_advisory_lock(1)
            """)
        let database = test.open(.superuser, sessions: 1)
        let lost = Task {
            try await database.transaction(in: AdministrativeScope.self) { tx in
                _ = try tx.run(InsertNote(id: 1))
            }
        }
        try await test.wait(until: "SELECT count(*) = 1 FROM \(Self.waitingHere)")
        try await test.run("SELECT pg_terminate_backend(pid) FROM \(Self.waitingHere)")
        await #expect(throws: PostgresError.commitUnknown) { try await lost.value }
        try await database.ping()
    }

    @Test(.timeLimit(.minutes(5)))
    func `an absent server is said, not waited for`() async throws {
        // Who waited for it would wait for ever.
        let database = Database("host=/nowhere user=postgres", sessions: 1, name: "test", waitLimit: .seconds(86_400))
        for _ in 0..<3 {
            let error = await #expect(throws: PostgresError.self) { try await database.ping() }
            guard case .unreachable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        await database.close()
    }

    @Test func `a closed database refuses`() async throws {
        let database = TestDatabase.current.open(.superuser)
        try await database.ping()
        await database.close()
        await #expect(throws: PostgresError.unreachable("the database was closed")) { try await database.ping() }
        var iterator = database.listen("x").makeAsyncIterator()
        #expect(await iterator.next() == nil)
    }

    @Test func `notifications arrive, also after the session was lost`() async throws {
        let test = TestDatabase.current
        let database = test.open(.superuser)
        var notes = database.listen("Some \"channel\"").makeAsyncIterator()
        #expect(await notes.next() == "")
        try await send("one", database)
        #expect(await notes.next() == "one")
        let listening = "query LIKE 'LISTEN%' AND datname = current_database()"
        try await test.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE \(listening)")
        #expect(await notes.next() == "")
        try await send("two", database)
        #expect(await notes.next() == "two")
        await database.close()
        #expect(await notes.next() == nil)
    }

    @Test func `a listener ends with the task that reads it`() async throws {
        let test = TestDatabase.current
        let database = test.open(.superuser)
        let listening = Task {
            for await note in database.listen("x") where note == "" { return }
        }
        await listening.value
        try await test.wait(
            until:
                "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'")
    }

    private func send(_ payload: String, _ database: Database) async throws {
        try await database.transaction(in: AdministrativeScope.self) { tx in
            tx.send(Notify(channel: "Some \"channel\"", payload: payload))
        }
    }

    private func backend(_ database: Database) async throws -> Int64 {
        try await database.transaction(in: AdministrativeScope.self) { tx in try tx.one(FindBackend()) }
    }

    private func terminate(_ backend: Int64) async throws {
        try await TestDatabase.current.run("SELECT pg_terminate_backend(\(backend))")
        try await TestDatabase.current.wait(until: "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = \(backend)")
    }
}
