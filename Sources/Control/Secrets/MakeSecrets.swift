internal import Daemon
internal import FoundationEssentials

/// `tollgate secrets make`: every secret an installation needs, each in a file its owner alone can read.
struct MakeSecrets: Subcommand {
    static let name = "secrets make"
    static let summary = "write every secret an installation needs into a folder; what is there stays"
    static let usage = """
          <folder>
          --database-host <name>   also makes the roles' passwords and connection strings for PostgreSQL there
          --database-port <n>      default 5432
        """

    private let folder: SecretFolder
    private let host: String?
    private let port: Int

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        host = try arguments.option("--database-host")
        port = try arguments.integer("--database-port", in: 1...65_535) ?? 5432
        folder = SecretFolder(path: try arguments.next("the folder"))
    }

    func run(until shutdown: ShutdownSignal) async throws {
        try folder.prepare()
        try folder.makeProgramSecrets()
        if let host { try folder.makeDatabaseSecrets(host: host, port: port) }
        for name in SecretName.allCases where FileManager.default.fileExists(atPath: folder.path(of: name)) {
            Console.say(folder.path(of: name))
        }
    }
}
