internal import Daemon
internal import HTTPClient
internal import HTTPServer
public import Jobs
internal import Postgres
internal import Schema
internal import Stripe

/// The whole life of a worker process: settings, schema check, health, the loop over its queue.
public func runWorker(_ queue: QueueName, handlers: [any StripeHandler]) async -> Never {
    await runDaemon(
        "tollgate-\(queue.rawValue)-worker", settings: { try WorkerSettings($0, queue: queue) },
        body: { settings, shutdown in try await Worker(queue, settings, handlers).run(until: shutdown) })
}

/// One worker process.
struct Worker: Sendable {

    private let queue: QueueName
    private let settings: WorkerSettings
    private let handlers: [any StripeHandler]

    init(_ queue: QueueName, _ settings: WorkerSettings, _ handlers: [any StripeHandler]) {
        self.queue = queue
        self.settings = settings
        self.handlers = handlers
    }

    func run(until shutdown: ShutdownSignal) async throws {
        Release.describe(schema: Schema.migrations.last?.name ?? "")
        let limits = WorkLimits(slots: settings.slots)
        let name = "tollgate-\(queue.rawValue)-worker"
        let url = settings.database.reveal { $0 }
        let jobs = Database(url, sessions: settings.databaseSessions, name: name, waitLimit: .seconds(5))
        let loop = Database(url, sessions: limits.sessions, name: name + "-queue", waitLimit: .seconds(5))
        try await SchemaWait(jobs).untilReady(or: shutdown)
        let transport = Transport(transportSettings)
        let work = makeLoop(loop, jobs, transport, limits)
        let health = try HealthListener(jobs).start(address: settings.adminAddress, port: settings.adminPort)
        WorkerObservation.started(queue, kinds: handlers.count, slots: settings.slots, version: Release.version)
            .report()
        await work.run(until: shutdown)
        await health.stop()
        await jobs.close()
        await loop.close()
        transport.close()
    }

    private var transportSettings: TransportSettings {
        var transport = TransportSettings()
        transport.inflightMax = max(settings.slots, 1)
        if let host = settings.stripeBase.plainHost { transport.plainHosts.insert(host) }
        return transport
    }

    private func makeLoop(_ loop: Database, _ jobs: Database, _ transport: Transport, _ limits: WorkLimits) -> WorkLoop
    {
        let sender = StripeSender(transport: transport, base: settings.stripeBase)
        let stripe = TenantStripe(openingKeys: settings.openingKeys, platformKey: settings.platformKey) {
            try await sender.exchange($0, key: $1, idempotencyKey: $2)
        }
        // Follow-ups are kicked by the loop's own kicker, which does not exist before the loop.
        let kicks = KickRelay()
        let step = StripeStep(database: jobs, stripe: stripe, surroundings: settings.surroundings) { kicks.kick($0) }
        let registry = Registry(handlers, step)
        let work = WorkLoop(
            database: loop, queue: queue, limits: limits, identity: .ofProcess(version: Release.version),
            perform: { await registry.perform($0) })
        kicks.attach(work.kicker)
        return work
    }
}

extension Registry {
    /// Every handler under its job's kind.
    public init(_ handlers: [any StripeHandler], _ step: StripeStep) {
        self.init()
        for handler in handlers { register(handler, step) }
    }

    private mutating func register<H: StripeHandler>(_ handler: H, _ step: StripeStep) {
        register(H.Work.self) { work, claim in
            await step.perform(claim) { job, tx in try handler.intend(work, job, tx) }
        }
    }
}

extension String {
    /// The host of an `http://` address: where a stand-in listens, TLS is not asked for.
    fileprivate var plainHost: String? {
        guard hasPrefix("http://") else { return nil }
        let authority = dropFirst("http://".count).prefix { $0 != "/" }
        if authority.hasPrefix("[") { return authority.firstIndex(of: "]").map { String(authority[...$0]) } }
        return String(authority.prefix { $0 != ":" })
    }
}
