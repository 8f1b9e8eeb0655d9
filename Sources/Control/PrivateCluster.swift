internal import Daemon
internal import FoundationEssentials
internal import Postgres

/// One running private PostgreSQL. Its folder holds `data`, `run` (the socket) and `postgres.log`.
struct PrivateCluster: Sendable {
    /// How a superuser reaches it.
    let conninfo: String
    /// What the server has to say.
    let log: String
    private let server: ChildProcess
    private let folder: PrivateFolder

    /// Makes the cluster if it is not there, starts it, and returns when it answers.
    static func start(in path: String, isFast: Bool, isTemporary: Bool = false) async throws -> PrivateCluster {
        let folder = try PrivateFolder(path, isTemporary: isTemporary)
        let programs = try PostgresPrograms.find(for: folder.majorVersion)
        try await folder.endOrphan()
        do {
            try await folder.prepare()
            if folder.majorVersion == nil { try await initialize(folder, programs, isFast: isFast) }
            let server = try folder.start(programs.postgres, arguments(folder, isFast: isFast))
            let conninfo = "host='\(folder.socketFolder)' port=5432 user=postgres dbname=postgres"
            let cluster = PrivateCluster(conninfo: conninfo, log: folder.log, server: server, folder: folder)
            try await cluster.untilReady()
            return cluster
        } catch {
            folder.tidy()
            throw error
        }
    }

    /// Ends all sessions and the server, and waits until its files are at rest.
    func stop() async {
        server.terminate(ProcessSignal.interrupt.rawValue)
        _ = await server.wait()
        folder.tidy()
    }

    /// Returns when the server is gone.
    func ended() async -> ChildProcess.Exit { await server.wait() }

    private static func initialize(_ folder: PrivateFolder, _ programs: PostgresPrograms, isFast: Bool) async throws {
        var words = [
            "--pgdata=\(folder.data)", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums",
            "--auth-local=trust", "--auth-host=reject",
        ]
        if isFast { words.append("--no-sync") }
        let (exit, output) = try await folder.runToEnd(programs.initdb, words)
        guard exit.isSuccess else {
            try? FileManager.default.removeItem(atPath: folder.data)
            throw ExitError.failed("initdb failed (\(exit)): \(String(decoding: output.suffix(2000), as: UTF8.self))")
        }
    }

    private static func arguments(_ folder: PrivateFolder, isFast: Bool) -> [String] {
        var settings = [
            "listen_addresses": "", "unix_socket_directories": folder.socketFolder, "unix_socket_permissions": "0700",
            "port": "5432", "max_connections": "400", "log_destination": "stderr", "logging_collector": "off",
        ]
        if isFast {
            for name in ["fsync", "synchronous_commit", "full_page_writes"] { settings[name] = "off" }
            settings["max_wal_size"] = "4GB"
        }
        return ["-D", folder.data] + settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    }

    private func untilReady() async throws {
        let database = Database(conninfo, sessions: 1, name: "tollgate-postgres", waitLimit: .seconds(5))
        let deadline = ContinuousClock.now + .seconds(60)
        while server.isRunning {
            if (try? await database.ping()) != nil { return await database.close() }
            guard ContinuousClock.now < deadline else { break }
            try? await Task.sleep(for: .milliseconds(20))
        }
        await database.close()
        await stop()
        throw ExitError.failed("PostgreSQL did not start: \(folder.endOfLog)")
    }
}
