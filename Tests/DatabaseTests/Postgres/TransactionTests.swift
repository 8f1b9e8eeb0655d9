import Postgres
import TestSupport
import Testing

@Suite(.emptyDatabase)
struct TransactionTests {
    let database = TestDatabase.current.open(.superuser, sessions: 1)

    private func makeTable() async throws {
        try await database.transaction(in: AdministrativeScope.self) { tx in tx.send(CreateNote()) }
    }

    private func notes() async throws -> [Int64] {
        try await database.transaction(in: AdministrativeScope.self) { tx in try tx.run(ListNotes()) }
    }

    @Test func `a transaction gives its rows and keeps its writes`() async throws {
        try await makeTable()
        let count = try await database.transaction(in: AdministrativeScope.self) { tx in
            try tx.count(InsertNotes(ids: [1, 2, 3], texts: ["x", "y\"\\,{}", ""]))
        }
        #expect(count == 3)
        #expect(try await notes() == [1, 2, 3])
    }

    @Test func `queued statements go out with the commit`() async throws {
        try await makeTable()
        try await database.transaction(in: AdministrativeScope.self) { tx in
            for id in 1...500 { tx.send(InsertNote(id: Int64(id), text: String(repeating: "x", count: 1000))) }
        }
        #expect(try await notes().count == 500)
    }

    @Test func `a thrown error rolls back`() async throws {
        try await makeTable()
        await #expect(throws: Regret()) {
            try await database.transaction(in: AdministrativeScope.self) { tx in
                tx.send(InsertNote(id: 1))
                _ = try tx.run(InsertNote(id: 2))
                tx.send(InsertNote(id: 3))
                throw Regret()
            }
        }
        #expect(try await notes() == [])
    }

    @Test func `a refused statement rolls back, and the session serves the next transaction`() async throws {
        try await makeTable()
        let before = try await backend()
        await #expect(throws: PostgresError.self) {
            try await database.transaction(in: AdministrativeScope.self) { tx in
                tx.send(InsertNote(id: 1))
                tx.send(DivideByZero())
                tx.send(InsertNote(id: 2))
                _ = try tx.run(ListNotes())
            }
        }
        #expect(try await notes() == [])
        #expect(try await backend() == before)
    }

    @Test func `an error of a queued statement surfaces at the commit`() async throws {
        try await makeTable()
        let error = await #expect(throws: PostgresError.self) {
            try await database.transaction(in: AdministrativeScope.self) { tx in
                tx.send(InsertNote(id: 1))
                tx.send(InsertNote(id: 1, text: "secret"))
            }
        }
        #expect(error?.state == .uniqueViolation)
        #expect(error?.constraint == "note_pkey")
        #expect(try await notes() == [])
    }

    @Test func `a body cannot swallow an error`() async throws {
        try await makeTable()
        let error = await #expect(throws: PostgresError.self) {
            try await database.transaction(in: AdministrativeScope.self) { tx in
                tx.send(InsertNote(id: 1))
                _ = try? tx.run(DivideByZero())
                _ = try? tx.run(InsertNote(id: 2))
            }
        }
        #expect(error?.state == SQLState(rawValue: "22012"))
        #expect(try await notes() == [])
    }

    @Test func `a statement that cannot be prepared is prepared again later`() async throws {
        for _ in 0..<2 {
            let error = await #expect(throws: PostgresError.self) { _ = try await notes() }
            #expect(error?.state == .undefinedTable)
        }
        try await makeTable()
        #expect(try await notes() == [])
    }

    @Test func `an error repeats no value`() async throws {
        try await makeTable()
        _ = try await database.transaction(in: AdministrativeScope.self) { tx in try tx.run(InsertNote(id: 4711)) }
        let unique = await #expect(throws: PostgresError.self) {
            try await database.transaction(in: AdministrativeScope.self) { tx in _ = try tx.run(InsertNote(id: 4711)) }
        }
        #expect(unique.map { "\($0)".contains("4711") } == false)
        let malformed = await #expect(throws: PostgresError.self) {
            try await database.transaction(in: AdministrativeScope.self) { tx in
                _ = try tx.run(CastText(text: "sk_live_\"4711"))
            }
        }
        #expect(malformed?.state == SQLState(rawValue: "22P02"))
        #expect(malformed.map { "\($0)".contains("4711") } == false)
    }

    @Test func `a text with NUL is refused before it is cut short`() async throws {
        try await makeTable()
        let error = await #expect(throws: PostgresError.self) {
            try await database.transaction(in: AdministrativeScope.self) { tx in
                tx.send(InsertNote(id: 1, text: "a\0b"))
            }
        }
        #expect(error?.state == .characterNotInRepertoire)
        #expect(try await notes() == [])
    }

    @Test func `no row is nil for first and an error for one`() async throws {
        try await makeTable()
        let first = try await database.transaction(in: AdministrativeScope.self) { tx in try tx.first(ListNotes()) }
        #expect(first == nil)
        await #expect(throws: PostgresError.noRow("ListNotes")) {
            _ = try await database.transaction(in: AdministrativeScope.self) { tx in try tx.one(ListNotes()) }
        }
    }

    @Test func `a deferred constraint fails the commit and keeps nothing`() async throws {
        try await makeTable()
        try await TestDatabase.current.run("ALTER TABLE note ADD UNIQUE (text) DEFERRABLE INITIALLY DEFERRED")
        let error = await #expect(throws: PostgresError.self) {
            try await database.transaction(in: AdministrativeScope.self) { tx in
                _ = try tx.run(InsertNote(id: 1))
                _ = try tx.run(InsertNote(id: 2))
            }
        }
        #expect(error?.state == .uniqueViolation)
        #expect(try await notes() == [])
    }

    @Test func `a scope is entered before its first statement, and its refusal ends the transaction`() async throws {
        try await TestDatabase.current.run(
            """
            CREATE FUNCTION enter(word text) RETURNS text LANGUAGE plpgsql AS $$
            BEGIN
              IF word <> 'open' THEN RAISE EXCEPTION 'no' USING ERRCODE = '28000'; END IF;
              RETURN set_config('test.entered', word, true);
            END $$
            """)
        let entered = try await database.transaction(entering: EnterGuarded(word: "open")) { tx in
            try tx.one(FindEntered())
        }
        #expect(entered == "open")
        let row = try await database.transaction(entering: EnterGuarded(word: "open")) { row, tx in row }
        #expect(row == "open")
        for run in [true, false] {
            let error = await #expect(throws: PostgresError.self) {
                try await database.transaction(entering: EnterGuarded(word: "wrong")) { tx in
                    if run { _ = try tx.one(FindEntered()) }
                }
            }
            #expect(error?.state == .invalidAuthorization)
        }
    }

    private func backend() async throws -> Int64 {
        try await database.transaction(in: AdministrativeScope.self) { tx in try tx.one(FindBackend()) }
    }
}

private struct CastText: Statement {
    typealias Scope = AdministrativeScope
    let text: String
    static let sql: StaticString = "SELECT $1::text::bigint"
    var parameters: [Parameter] { [.text(text)] }
}
