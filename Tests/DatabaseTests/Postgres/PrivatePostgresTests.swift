import Foundation
import Postgres
import TestSupport
import Testing

/// `tollgate postgres`, as a person or a script runs it.
struct PrivatePostgresTests {
    private let folder = NSTemporaryDirectory() + "tollgate-private-\(UUID().uuidString.prefix(8))"

    @Test func `it answers in its folder only, keeps its data, and ends with its leash or a signal`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = try start()
        let session = AdministrativeSession(try await conninfo(of: first))
        #expect(try await session.run("SHOW listen_addresses") == [[""]])
        #expect(try await session.run("SHOW data_checksums") == [["on"]])
        try await session.run("CREATE TABLE kept (x int)")
        await session.close()
        #expect(await first.stop(0) == 0)

        let second = try start()
        let again = AdministrativeSession(try await conninfo(of: second))
        #expect(try await again.run("SELECT count(*) FROM kept") == [["0"]])
        await again.close()
        #expect(await second.stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: folder + "/data/postmaster.pid"))
    }

    @Test func `a folder too deep for a socket works, and a temporary one is removed`() async throws {
        let deep = folder + "/" + String(repeating: "deep/", count: 25)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let process = try TestProcess.start(
            "tollgate", arguments: ["postgres", "--data", deep, "--fast", "--temporary"], hasLeash: true)
        let session = AdministrativeSession(try await conninfo(of: process))
        #expect(try await session.run("SELECT 1") == [["1"]])
        await session.close()
        #expect(await process.stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: deep))
    }

    @Test func `a running one keeps its folder; one whose parent was killed makes room`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = try start()
        _ = try await conninfo(of: first)
        let second = try start()
        #expect(try await second.ended() == 75)
        #expect(second.errors.contains("running in \(folder) already"))

        await first.stop(SIGKILL)
        let third = try start()
        let session = AdministrativeSession(try await conninfo(of: third))
        #expect(try await session.run("SELECT 1") == [["1"]])
        await session.close()
        #expect(await third.stop() == 0)
    }

    private func start() throws -> TestProcess {
        try TestProcess.start("tollgate", arguments: ["postgres", "--data", folder, "--fast"], hasLeash: true)
    }

    private func conninfo(of process: TestProcess) async throws -> String {
        String(try await process.line(containing: "ready ", within: .seconds(60)).dropFirst("ready ".count))
    }
}
