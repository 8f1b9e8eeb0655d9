import Postgres
import Schema
import TestSupport
import Testing

@Suite(.emptyDatabase)
struct MigratorTests {
    let database = TestDatabase.current.open(.superuser, sessions: 4)
    let first = script("m0001_a", "CREATE TABLE a (x int); CREATE TABLE b (x int)")
    let second = script("m0002_b", "INSERT INTO a VALUES (1)")

    @Test func `migrating twice does nothing the second time`() async throws {
        let migrator = Migrator([first, second])
        #expect(try await migrator.plan(on: database) == ["m0001_a", "m0002_b"])
        #expect(try await migrator.run(on: database) == ["m0001_a", "m0002_b"])
        #expect(try await migrator.run(on: database) == [])
        #expect(try await migrator.plan(on: database) == [])
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM a") == "1")
        try await migrator.check(database)
    }

    @Test func `a new migration runs alone`() async throws {
        try await Migrator([first]).run(on: database)
        #expect(try await Migrator([first, second]).run(on: database) == ["m0002_b"])
    }

    @Test func `a changed file is refused`() async throws {
        try await Migrator([first, second]).run(on: database)
        let changed = Migrator([first, Self.script("m0002_b", "INSERT INTO a VALUES (2)")])
        await #expect(throws: SchemaMismatch.changed("m0002_b")) { try await changed.run(on: database) }
        await #expect(throws: SchemaMismatch.changed("m0002_b")) { try await changed.plan(on: database) }
    }

    @Test func `a database ahead of the program is refused`() async throws {
        try await Migrator([first, second]).run(on: database)
        await #expect(throws: SchemaMismatch.ahead(["m0002_b"])) { try await Migrator([first]).run(on: database) }
        await #expect(throws: SchemaMismatch.ahead(["m0002_b"])) { try await Migrator([first]).check(database) }
    }

    @Test func `a database behind the program is told apart from one without a schema`() async throws {
        let migrator = Migrator([first, second])
        await #expect(throws: SchemaMismatch.notMigrated) { try await migrator.check(database) }
        try await Migrator([first]).run(on: database)
        await #expect(throws: SchemaMismatch.behind(["m0002_b"])) { try await migrator.check(database) }
        #expect(SchemaMismatch.behind(["m0002_b"]).description.contains("tollgate migrate"))
    }

    @Test func `a failing migration leaves nothing, and those before it stay`() async throws {
        let broken = Self.script("m0002_b", "CREATE TABLE c (x int);\nCREATE TABLE c (x int)")
        let error = await #expect(throws: SchemaMismatch.self) {
            try await Migrator([first, broken]).run(on: database)
        }
        guard case .failed("m0002_b", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try await TestDatabase.current.value("SELECT to_regclass('c')") == nil)
        #expect(try await Migrator([first]).plan(on: database) == [])
    }

    @Test func `many migrators at once run each migration once`() async throws {
        let migrator = Migrator([first, second, Self.script("m0003_c", "INSERT INTO b VALUES (1)")])
        let names = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<4 { group.addTask { try await migrator.run(on: database) } }
            return try await group.reduce([], +)
        }
        #expect(names.sorted() == ["m0001_a", "m0002_b", "m0003_c"])
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM b") == "1")
    }

    @Test(.freshDatabase) func `our own schema is whole and at its newest`() async throws {
        let ours = Migrator(Schema.migrations, preparation: Schema.roles, owner: "tollgate_owner")
        try await ours.check(TestDatabase.current.open(.gateway))
        #expect(try await ours.run(on: TestDatabase.current.open(.superuser)) == [])
        #expect(try await ours.run(on: TestDatabase.current.open(.migrator)) == [])
    }

    private static func script(_ name: String, _ sql: String) -> (name: String, sql: [UInt8]) {
        (name, Array(sql.utf8))
    }
}
