public import Daemon
public import Jobs
internal import Postgres

/// What every worker process reads from its environment, whatever it does.
public struct ProcessSettings: Sendable {
    let database: Secret
    let databaseSessions: Int
    let adminAddress: String
    let adminPort: UInt16
    /// Jobs performed at once.
    public let slots: Int

    /// Reads them; missing and malformed ones are collected by `settings`.
    public init(_ settings: Settings, queue: QueueName) {
        database = settings.secret(
            "TOLLGATE_DATABASE_URL", help: "libpq connection string of role tollgate_worker")
        if database.byteCount > 0, !database.reveal(Database.accepts) {
            settings.reject("TOLLGATE_DATABASE_URL", because: "is not a connection string of PostgreSQL")
        }
        databaseSessions = settings.integer(
            "TOLLGATE_DATABASE_SESSIONS", default: 8, in: 1...200, help: "database sessions for jobs' transactions")
        slots = settings.integer("TOLLGATE_WORKER_SLOTS", default: 16, in: 1...10_000, help: "jobs performed at once")
        adminAddress = settings.string(
            "TOLLGATE_ADMIN_ADDRESS", default: "127.0.0.1", help: "address of the listener for health and metrics")
        adminPort = UInt16(
            settings.integer(
                "TOLLGATE_ADMIN_PORT", default: 9090 + Int(queue.id), in: 0...65_535,
                help: "port of the listener for health and metrics; 0 takes any free one"))
    }
}
