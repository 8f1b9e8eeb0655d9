internal import Daemon

/// Keeps the private PostgreSQL running: starts it again when it ends by itself, and says so.
struct PostgresKeeper: Sendable {
    private let folder: DevelopmentFolder
    private let first: PrivateCluster

    /// Starts it.
    static func start(_ folder: DevelopmentFolder) async throws -> PostgresKeeper {
        PostgresKeeper(folder: folder, first: try await PrivateCluster.start(in: folder.postgres, isFast: false))
    }

    /// How a superuser reaches it.
    var conninfo: String { first.conninfo }

    /// How anybody reaches it: the connection string without user.
    var place: String {
        conninfo.split(separator: " ").filter { !$0.hasPrefix("user=") }.joined(separator: " ")
    }

    /// Runs until the shutdown, then stops it.
    func run(until shutdown: ShutdownSignal) async throws {
        var cluster = first
        while true {
            let running = cluster
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await shutdown.wait() }
                group.addTask { _ = await running.ended() }
                await group.next()
                // Waiting for a process cannot be cancelled; stopping it ends that wait.
                if shutdown.isRequested { await running.stop() }
                group.cancelAll()
            }
            if shutdown.isRequested { return }
            Console.complain("PostgreSQL ended by itself; it starts again. Its log: \(running.log)")
            try? await Task.sleep(for: .milliseconds(500))
            cluster = try await PrivateCluster.start(in: folder.postgres, isFast: false)
        }
    }
}
