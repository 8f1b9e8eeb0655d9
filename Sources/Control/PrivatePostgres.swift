internal import Daemon

/// A PostgreSQL of our own in the foreground, for development and tests: reachable through a socket in its folder only,
/// gone when we go. Prints `ready <conninfo>` once it answers.
struct PrivatePostgres: Subcommand {
    static let name = "postgres"
    static let summary = "run a private PostgreSQL in the foreground"
    static let usage = """
          --data DIR   where everything is kept; made when absent
          --fast       for tests: nothing is forced to disk, a crash of the machine loses data
          --temporary  remove DIR at the end

        Ends on SIGTERM, SIGINT, or when a standard input that is a pipe ends.
        """

    private let folder: String
    private let isFast: Bool
    private let isTemporary: Bool

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        folder = try arguments.required("--data")
        isFast = arguments.flag("--fast")
        isTemporary = arguments.flag("--temporary")
        settings.tolerate(["TOLLGATE_DATABASE_URL", "TOLLGATE_DATABASE_URL_FILE"])
    }

    func run(until shutdown: ShutdownSignal) async throws {
        if StandardInput.isLeash { StandardInput.whenEnded { shutdown.request() } }
        let cluster = try await PrivateCluster.start(in: folder, isFast: isFast, isTemporary: isTemporary)
        Console.say("ready \(cluster.conninfo)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await shutdown.wait()
                await cluster.stop()
            }
            group.addTask {
                let exit = await cluster.ended()
                guard shutdown.isRequested else {
                    throw ExitError.failed("PostgreSQL ended by itself (\(exit)): see \(cluster.log)")
                }
            }
            try await group.next()
            try await group.next()
        }
    }
}
