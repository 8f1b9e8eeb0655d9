import Crypto
import Daemon
import HTTPServer
import Jobs
import Postgres
import Schema

/// The whole life of the process: two listeners, the listener for ended commands, kicks, and the end on request.
func serve(_ settings: APISettings, until shutdown: ShutdownSignal) async throws {
    guard let sealingKey = settings.sealingKey, let ring = settings.webhookRing else {
        throw ExitError(code: ExitError.configuration, message: "the settings were not checked")
    }
    Release.describe(schema: Schema.migrations.last?.name ?? "")
    let database = settings.databaseURL.reveal { Database($0, sessions: settings.sessions, name: "tollgate-api") }
    let intake = settings.databaseURL.reveal {
        Database($0, sessions: 4, name: "tollgate-api hooks", waitLimit: .seconds(2))
    }
    let admin = settings.adminDatabaseURL.reveal {
        Database($0, sessions: 2, name: "tollgate-api admin", waitLimit: .seconds(2))
    }
    let waiting = Waiting()
    let kicker = Kicker(database)
    let health = Health(database, isDraining: { shutdown.isRequested })
    let gateway = Gateway(
        database: database, intake: intake, kicker: kicker, waiting: waiting, clock: .system, pepper: settings.pepper,
        sealingKey: sealingKey, webhookRing: ring, connectSecrets: settings.connectSecrets,
        publicURL: settings.publicURL,
        rates: settings.requestsPerMinute > 0 ? RequestRates(limit: settings.requestsPerMinute) : nil,
        portalSealingKey: settings.portalSealingKey, webhookPrivateHosts: settings.webhookPrivateHosts,
        accessKeys: settings.accessKeys)
    let api = APIServer(gateway)
    let pages = AdminServer(database: admin, health: health, token: settings.adminToken, clock: .system)
    try await checkSchema(database)

    let publicListener = try Server.start(
        address: settings.address, port: UInt16(settings.port), limits: .gateway, handler: api.respond)
    let adminListener = try Server.start(
        address: settings.adminAddress, port: UInt16(settings.adminPort), securityHeaders: .adminPages,
        handler: pages.respond)
    observe(Listening(port: publicListener.port, adminPort: adminListener.port))

    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await waiting.listen(on: database) }
        group.addTask { await kicker.run() }
        group.addTask { try await health.watch() }
        group.addTask {
            await shutdown.wait()
            // Balancers need a moment to see that this one is not ready any more.
            try? await Task.sleep(for: .milliseconds(500))
            await publicListener.stop()
            throw CancellationError()
        }
        do {
            for try await _ in group {}
        } catch is CancellationError {
            group.cancelAll()
        }
    }
    await adminListener.stop()
    await database.close()
    await intake.close()
    await admin.close()
}

/// Refuses a database that this program was not built for. One that does not answer yet is waited for by `Health`.
private func checkSchema(_ database: Database) async throws {
    do {
        try await Migrator(Schema.migrations).check(database)
    } catch let mismatch as SchemaMismatch {
        throw ExitError(code: ExitError.configuration, message: "\(mismatch)")
    } catch let error as PostgresError {
        observe(DatabaseAway(error))
    }
}

extension ServerLimits {
    /// Bodies of callers are small, Stripe's may be larger (S1).
    static var gateway: ServerLimits {
        var limits = ServerLimits()
        limits.bodyBytesMaxForPath = { path in
            // A thousand usage events with their analysis.
            if path == "/v1/usage_events" || path == "/v1/usage_backfills" { return 4 * 1024 * 1024 }
            return path.hasPrefix("/hooks/") ? 1024 * 1024 : nil
        }
        return limits
    }
}

/// The process answers.
private struct Listening: Observation {
    let event = "listening"
    let fields: [ObservationField]

    init(port: UInt16, adminPort: UInt16) {
        fields = [.int("port", Int64(port)), .int("admin_port", Int64(adminPort))]
    }
}

/// The database does not answer; requests get 503 until it does.
struct DatabaseAway: Observation {
    let event = "database_away"
    let level = LogLevel.error
    /// Why.
    let fields: [ObservationField]

    /// Names the error.
    init(_ error: any Error) { fields = [.text("error", "\(error)")] }
}
