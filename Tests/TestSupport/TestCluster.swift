import Foundation
import Postgres
import Schema

/// The private PostgreSQL of this test process: `tollgate postgres` on a leash, started with the first test that needs
/// it, gone with the process.
actor TestCluster {
    static let shared = TestCluster()

    private var starting: Task<Running, any Error>?
    private var count = 0

    private struct Running {
        let process: TestProcess
        let server: String
        let superuser: AdministrativeSession
    }

    func makeDatabase(isMigrated: Bool) async throws -> TestDatabase {
        let running = try await running()
        count += 1
        let name = "test_\(count)"
        let template = isMigrated ? "tollgate_template" : "template0"
        try await running.superuser.run("CREATE DATABASE \(name) TEMPLATE \(template)")
        return TestDatabase(name: name, server: running.server)
    }

    func drop(_ database: TestDatabase) async throws {
        try await running().superuser.run("DROP DATABASE IF EXISTS \(database.name) WITH (FORCE)")
    }

    private func running() async throws -> Running {
        let task = starting ?? Task { try await Self.start() }
        starting = task
        return try await task.value
    }

    private static func start() async throws -> Running {
        let folder = NSTemporaryDirectory() + "tollgate-tests-\(UUID().uuidString.prefix(8))"
        let process = try TestProcess.start(
            "tollgate", arguments: ["postgres", "--data", folder, "--fast", "--temporary"], hasLeash: true)
        let line = try await process.line(containing: "ready ", within: .seconds(60))
        let server = line.dropFirst("ready ".count).split(separator: " ").prefix(2).joined(separator: " ")
        let superuser = AdministrativeSession("\(server) user=postgres dbname=postgres")
        try await superuser.run("CREATE DATABASE tollgate_template TEMPLATE template0")
        let template = Database(
            "\(server) user=postgres dbname=tollgate_template", sessions: 1, name: "migrate", waitLimit: .seconds(60))
        do {
            try await Migrator(Schema.migrations, preparation: Schema.roles, owner: "tollgate_owner").run(on: template)
        } catch {
            await template.close()
            throw error
        }
        await template.close()
        return Running(process: process, server: server, superuser: superuser)
    }
}
