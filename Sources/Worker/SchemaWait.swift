internal import Daemon
internal import Postgres
internal import Schema

/// Waits for PostgreSQL at start, and refuses a schema that is not the one this program was built for.
struct SchemaWait {
    private let database: Database

    init(_ database: Database) { self.database = database }

    /// Throws `ExitError` 78 when the database is behind or ahead: a restart would not help.
    func untilReady(or shutdown: ShutdownSignal) async throws {
        var pause = Backoff(first: .milliseconds(200), ceiling: .seconds(5))
        while !shutdown.isRequested {
            do {
                return try await Migrator(Schema.migrations).check(database)
            } catch let error as SchemaMismatch {
                throw ExitError(code: ExitError.configuration, message: "TOLLGATE_DATABASE_URL: \(error)")
            } catch let error as PostgresError where error.isTransient {
                observe(DatabaseAway(reason: "\(error)"))
                try? await Task.sleep(for: pause.next())
            }
        }
    }
}

/// The database does not answer yet.
private struct DatabaseAway: Observation {
    let reason: String
    var event: String { "database.away" }
    var level: LogLevel { .warning }
    var fields: [ObservationField] { [.text("reason", reason)] }
}
