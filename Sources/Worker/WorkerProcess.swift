public import Daemon
public import Jobs
public import Postgres
internal import HTTPServer
internal import Schema

/// The life of any worker process: schema check, health, the loop over its queue, and an orderly end.
public struct WorkerProcess: Sendable {
    /// Told of every follow-up command after its commit.
    public typealias Kick = @Sendable (CommandReceipt) -> Void

    private let queue: QueueName
    private let settings: ProcessSettings

    /// One that works on a queue.
    public init(_ queue: QueueName, _ settings: ProcessSettings) {
        self.queue = queue
        self.settings = settings
    }

    /// Works until the signal. `registry` is asked once for what performs the jobs; their transactions go through the
    /// database it is given.
    public func run(until shutdown: ShutdownSignal, registry make: (Database, @escaping Kick) -> Registry) async throws
    {
        Release.describe(schema: Schema.migrations.last?.name ?? "")
        let limits = WorkLimits(slots: settings.slots)
        let name = "tollgate-\(queue.rawValue)-worker"
        let url = settings.database.reveal { $0 }
        let jobs = Database(url, sessions: settings.databaseSessions, name: name, waitLimit: .seconds(5))
        let loop = Database(url, sessions: limits.sessions, name: name + "-queue", waitLimit: .seconds(5))
        try await SchemaWait(jobs).untilReady(or: shutdown)
        // Follow-ups are kicked by the loop's own kicker, which does not exist before the loop.
        let kicks = KickRelay()
        let registry = make(jobs) { kicks.kick($0) }
        let work = WorkLoop(
            database: loop, queue: queue, limits: limits, identity: .ofProcess(version: Release.version),
            perform: { await registry.perform($0) })
        kicks.attach(work.kicker)
        let health = try HealthListener(jobs).start(address: settings.adminAddress, port: settings.adminPort)
        WorkerObservation.started(
            queue, kinds: registry.kinds.count, slots: settings.slots, version: Release.version
        ).report()
        await work.run(until: shutdown)
        await health.stop()
        await jobs.close()
        await loop.close()
    }
}
