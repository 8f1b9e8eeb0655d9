internal import Daemon
internal import Postgres
internal import Schema

/// Brings the database to this release's schema. Safe to run again, and by several at once.
struct Migrate: Subcommand {
    static let name = "migrate"
    static let summary = "bring the database to this release's schema"
    static let usage = "  --plan   only say what would run"

    private let url: Secret
    private let isPlan: Bool

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        isPlan = arguments.flag("--plan")
        url = settings.secret(
            "TOLLGATE_DATABASE_URL",
            help: "the database, for its owner; a superuser the first time, who makes the roles")
    }

    func run(until shutdown: ShutdownSignal) async throws {
        let database = url.reveal { Database($0, sessions: 1, name: "tollgate-migrate", waitLimit: .seconds(5)) }
        do {
            let names = try await isPlan ? Migrator.ours.plan(on: database) : Migrator.ours.run(on: database)
            report(names)
            await database.close()
        } catch {
            await database.close()
            if case PostgresError.unreachable = error { throw ExitError.unavailable("\(error)") }
            throw ExitError.failed("\(error)")
        }
    }

    private func report(_ names: [String]) {
        if names.isEmpty { return Console.say("the schema is up to date") }
        for name in names { Console.say(isPlan ? "would run \(name)" : "ran \(name)") }
    }
}

extension Migrator {
    /// This release's schema.
    static var ours: Migrator {
        Migrator(Schema.migrations, preparation: Schema.roles, owner: "tollgate_owner")
    }
}
