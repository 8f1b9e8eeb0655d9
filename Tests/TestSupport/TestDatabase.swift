public import Postgres
import Synchronization

/// One test's own database.
public final class TestDatabase: Sendable {
    /// Who logs in.
    public enum Role: String, CaseIterable, Sendable {
        /// The API.
        case gateway = "tollgate_gateway"
        /// The workers.
        case worker = "tollgate_worker"
        /// The operator's tool.
        case admin = "tollgate_admin"
        /// The API's admin pages.
        case pages = "tollgate_pages"
        /// Figures only.
        case metrics = "tollgate_metrics"
        /// Runs later migrations.
        case migrator = "tollgate_migrator"
        /// A superuser, past every wall: for arranging and checking.
        case superuser = "postgres"
    }

    /// Its name in the cluster.
    public let name: String
    private let server: String
    private let superuser: AdministrativeSession
    private let opened = Mutex<[Database]>([])

    @TaskLocal static var bound: TestDatabase?

    /// The database of the running test; the test or its suite needs the trait `.freshDatabase`.
    public static var current: TestDatabase {
        guard let bound else { preconditionFailure("this test needs the trait .freshDatabase") }
        return bound
    }

    init(name: String, server: String) {
        self.name = name
        self.server = server
        superuser = AdministrativeSession("\(server) user=postgres dbname=\(name)")
    }

    /// The connection string of a role.
    public func conninfo(_ role: Role) -> String { "\(server) user=\(role.rawValue) dbname=\(name)" }

    /// A pool of a role; it is closed at the end of the test.
    public func open(_ role: Role, sessions: Int = 2, waitLimit: Duration = .seconds(10)) -> Database {
        let database = Database(conninfo(role), sessions: sessions, name: "test", waitLimit: waitLimit)
        opened.withLock { $0.append(database) }
        return database
    }

    /// Runs any SQL as a superuser, outside a transaction, and gives the last statement's rows as text.
    @discardableResult public func run(_ sql: String) async throws -> [[String?]] {
        try await superuser.run(sql)
    }

    /// Lets the server read one statement, as a superuser, without running it.
    public func check(_ statement: String) async throws { try await superuser.check(statement) }

    /// The single value of a query, as text; nil when there is no row or the value is NULL.
    public func value(_ sql: String) async throws -> String? {
        try await superuser.run(sql).first?.first ?? nil
    }

    /// Waits until a query answers `t`; for what another process does in its own time.
    public func wait(until condition: String, within limit: Duration = .seconds(10)) async throws {
        try await eventually(condition, within: limit) { try await self.value(condition) == "t" }
    }

    func close() async {
        let databases = opened.withLock { $0 }
        for database in databases { await database.close() }
        await superuser.close()
    }
}
