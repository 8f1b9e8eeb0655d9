internal import Daemon
internal import Postgres

/// `tollgate roles passwords`: gives the database roles the passwords of a file, for installations that log in with
/// them.
struct SetRolePasswords: Subcommand {
    static let name = "roles passwords"
    static let summary = "give the database roles their passwords (a file of role:password lines)"
    static let usage = "  <file>"

    private let url: Secret
    private let file: String

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        url = settings.secret("TOLLGATE_DATABASE_URL", help: "how to reach PostgreSQL as a role that may alter roles")
        file = try arguments.next("the file")
    }

    func run(until shutdown: ShutdownSignal) async throws {
        guard let text = SecretFolder.read(file) else { throw ExitError.failed("cannot read \(file)") }
        let pairs = try text.split(separator: "\n").map { line in
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw ExitError.failed("\(file): a line is not of the form role:password") }
            return SetRolePassword(role: parts[0], password: parts[1])
        }
        let database = Database(url.reveal { $0 }, sessions: 1, name: "tollgate roles", waitLimit: .seconds(5))
        do {
            try await database.transaction(in: AdministrativeScope.self) { tx in
                for pair in pairs {
                    _ = try tx.run(pair)
                    _ = try tx.run(MarkRolePassword())
                }
            }
        } catch let error as PostgresError {
            throw ExitError.unavailable(error.description)
        }
        await database.close()
        Console.say(pairs.map(\.role).joined(separator: ", ") + ": passwords set")
    }
}
