import Daemon
import FoundationEssentials
import Postgres
import Schema

/// The private server all figures of a run are measured on, and the databases made on it.
struct BenchServer: Sendable {
    /// libpq's connection string without user and database.
    let server: String
    /// Where `load.sql` and the pgbench scripts are.
    let scripts: String

    /// The connection string of a role in a database.
    func conninfo(_ role: String, _ database: String) -> String { "\(server) user=\(role) dbname=\(database)" }

    /// Makes a migrated database and fills it with jobs; gives back its name.
    func load(_ name: String, jobs: Int, tenants: Int) async throws -> String {
        try await make(name)
        let session = AdministrativeSession(conninfo("postgres", name))
        let text = try script("load.sql").replacing(":jobs", with: "\(jobs)").replacing(":tenants", with: "\(tenants)")
        try await session.run(text)
        try await session.run("VACUUM ANALYZE")
        await session.close()
        return name
    }

    /// Makes an empty database with this release's schema.
    func make(_ name: String) async throws {
        let session = AdministrativeSession(conninfo("postgres", "postgres"))
        try await session.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
        try await session.run("CREATE DATABASE \(name)")
        await session.close()
        let database = Database(conninfo("postgres", name), sessions: 1, name: "bench", waitLimit: .seconds(10))
        try await Migrator(Schema.migrations, preparation: Schema.roles, owner: "tollgate_owner").run(on: database)
        await database.close()
    }

    /// Copies a database and writes everything to disk, so that every run begins alike.
    func clone(_ template: String, as name: String) async throws {
        let session = AdministrativeSession(conninfo("postgres", "postgres"))
        try await session.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
        try await session.run("CREATE DATABASE \(name) TEMPLATE \(template) STRATEGY file_copy")
        try await session.run("CHECKPOINT")
        await session.close()
    }

    /// Removes a database.
    func drop(_ name: String) async throws {
        let session = AdministrativeSession(conninfo("postgres", "postgres"))
        try await session.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
        await session.close()
    }

    /// Runs one of our scripts as a superuser.
    func execute(_ file: String, in database: String) async throws {
        let session = AdministrativeSession(conninfo("postgres", database))
        try await session.run(try script(file))
        await session.close()
    }

    /// The single number a query gives.
    func number(_ sql: String, in database: String) async throws -> Int {
        let session = AdministrativeSession(conninfo("postgres", database))
        let rows = try await session.run(sql)
        await session.close()
        return rows.first?.first.flatMap { $0 }.flatMap { Int($0) } ?? 0
    }

    /// Runs pgbench with a script for some seconds and gives what it said.
    func pgbench(
        _ file: String, in database: String, sessions: Int, seconds: Int, variables: [String: String],
        role: String = "tollgate_worker"
    ) async throws {
        var arguments = [
            conninfo(role, database), "-n", "-M", "prepared", "-f", "\(scripts)/\(file)", "-c",
            "\(sessions)", "-j", "2",
            "-T", "\(seconds)",
        ]
        for (name, value) in variables { arguments += ["-D", "\(name)=\(value)"] }
        let program = [
            "/usr/lib/postgresql/17/bin/pgbench", "/usr/lib/postgresql/16/bin/pgbench",
            "/usr/lib/postgresql/15/bin/pgbench",
        ]
        .first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let program else { throw ExitError(code: 1, message: "pgbench is not installed") }
        let result = try await ChildProcess.runToEnd(path: program, arguments: arguments, environment: [:])
        guard result.exit.isSuccess else {
            throw ExitError(code: 1, message: "pgbench: \(String(decoding: result.output.suffix(500), as: UTF8.self))")
        }
    }

    /// The text of one of our scripts.
    func script(_ name: String) throws -> String {
        let data = try Data(contentsOf: URL(filePath: "\(scripts)/\(name)"))
        return String(decoding: data, as: UTF8.self)
    }
}
