internal import Daemon
internal import FoundationEssentials
internal import Postgres

/// `tollgate up`: everything on one machine, for a first look and for development.
struct Up: Subcommand {
    static let name = "up"
    static let summary = "run everything here: private PostgreSQL, API, workers, and a stand-in for Stripe"
    static let usage = """
        Keeps its data in .tollgate/, so a second run goes on where the first ended. Ctrl-C ends all of it.
        With STRIPE_API_BASE=https://api.stripe.com the stand-in is not started and real Stripe is used.
        """

    private let settings: StackSettings

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        self.settings = StackSettings(settings)
    }

    func run(until shutdown: ShutdownSignal) async throws {
        let folder = settings.folder
        try folder.prepare()
        try folder.secrets.makeProgramSecrets()
        Console.say("Starting PostgreSQL ...")
        let postgres = try await PostgresKeeper.start(folder)
        let plan = StackPlan(settings, programs: try Self.programs(), database: postgres.place)
        do {
            try await migrate(postgres)
            try folder.noteDatabase(postgres.place)
            for program in plan.all { await Orphan(program).end() }
        } catch {
            let stop = ShutdownSignal()
            stop.request()
            try await postgres.run(until: stop)
            throw error
        }
        Console.say("Starting \(plan.all.map(\.name).joined(separator: ", ")) ...")
        let settings = settings
        try await Stack(postgres: postgres, programs: plan.all).run(until: shutdown) {
            let readiness = Readiness()
            try await readiness.wait(for: plan.all, within: .seconds(60), or: shutdown)
            readiness.close()
            if shutdown.isRequested { return }
            let demo = try await Demo(folder).prepare(
                plan, isRealStripe: settings.isRealStripe, database: postgres.place)
            Welcome(plan: plan, folder: folder, isRealStripe: settings.isRealStripe).say(
                key: demo.key, isNew: demo.isNew)
            await shutdown.wait()
            Console.say("\nStopping ...")
        }
        Console.say("Stopped. The data stays in \(folder.path).")
    }

    private func migrate(_ postgres: PostgresKeeper) async throws {
        let database = Database(postgres.conninfo, sessions: 1, name: "tollgate up", waitLimit: .seconds(5))
        let ran = try await Migrator.ours.run(on: database)
        await database.close()
        if !ran.isEmpty { Console.say("Migrated: \(ran.joined(separator: ", "))") }
    }

    /// The folder this program is in: the others are beside it.
    private static func programs() throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    }
}
