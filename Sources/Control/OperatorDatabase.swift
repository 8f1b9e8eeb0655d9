internal import Daemon
internal import Postgres

/// The operator's way to the database: TOLLGATE_DATABASE_URL, or the private PostgreSQL of `tollgate up` beside us.
struct OperatorDatabase: Sendable {
    private let url: Secret?
    private let folder: DevelopmentFolder
    private let role: String

    /// Reads the settings that say where the database is, for one of its roles.
    init(_ settings: Settings, as role: String = "tollgate_admin") {
        url = settings.optionalSecret(
            "TOLLGATE_DATABASE_URL",
            help: "how to reach PostgreSQL as role \(role); without it, the one `tollgate up` runs is used")
        folder = DevelopmentFolder(settings)
        self.role = role
    }

    /// Runs the body with a session, and turns what PostgreSQL says into our exit codes.
    func use<Output: Sendable>(_ body: (Database) async throws -> Output) async throws -> Output {
        let database = Database(try conninfo(), sessions: 1, name: "tollgate", waitLimit: .seconds(5))
        do {
            let output = try await body(database)
            await database.close()
            return output
        } catch let error as PostgresError {
            await database.close()
            switch error {
            case .unreachable, .poolExhausted, .commitUnknown: throw ExitError.unavailable(error.description)
            default:
                if let hint = error.schemaHint { throw ExitError.failed("\(hint) (\(error.description))") }
                throw ExitError.failed(error.description)
            }
        } catch {
            await database.close()
            throw error
        }
    }

    /// The connection string; an error names the two ways to get one.
    private func conninfo() throws -> String {
        if let url { return url.reveal { $0 } }
        if let found = folder.databaseURL(as: role) { return found }
        throw ExitError(
            code: ExitError.configuration,
            message: "TOLLGATE_DATABASE_URL is missing, and no `tollgate up` keeps a database in \(folder.path)")
    }
}

extension PostgresError {
    /// What an operator does when the database has not what this program asks for; nil for anything else.
    fileprivate var schemaHint: String? {
        switch state {
        case .undefinedTable, .invalidSchemaName, SQLState(rawValue: "42883"):
            "the database's schema is not this program's; tollgate doctor tells which it is, tollgate migrate mends it"
        case .insufficientPrivilege:
            "TOLLGATE_DATABASE_URL names a role that may not do this: use tollgate_admin"
        default: nil
        }
    }
}
