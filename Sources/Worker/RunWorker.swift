public import Daemon
internal import HTTPClient
public import Jobs
public import Postgres
internal import Stripe

/// Registers what a worker performs besides its calls to Stripe; transactions go through the database.
public typealias OtherWork = @Sendable (inout Registry, Database) -> Void

/// The whole life of a worker process: settings, schema check, health, the loop over its queue.
///
/// - Parameter other: reads the settings of what the worker does besides calling Stripe, and registers it.
public func runWorker(
    _ queue: QueueName, handlers: [any StripeHandler], besides other: (Settings) -> OtherWork = { _ in { _, _ in } }
) async -> Never {
    await runDaemon(
        "tollgate-\(queue.rawValue)-worker",
        settings: { settings in (other(settings), try WorkerSettings(settings, queue: queue)) },
        body: { read, shutdown in
            try await Worker(queue, read.1, handlers, besides: read.0).run(until: shutdown)
        })
}

/// One worker process.
struct Worker: Sendable {

    private let queue: QueueName
    private let settings: WorkerSettings
    private let handlers: [any StripeHandler]
    private let other: OtherWork

    init(
        _ queue: QueueName, _ settings: WorkerSettings, _ handlers: [any StripeHandler],
        besides other: @escaping OtherWork = { _, _ in }
    ) {
        self.queue = queue
        self.settings = settings
        self.handlers = handlers
        self.other = other
    }

    func run(until shutdown: ShutdownSignal) async throws {
        let transport = Transport(transportSettings)
        let sender = StripeSender(transport: transport, base: settings.stripeBase)
        let stripe = TenantStripe(openingKeys: settings.openingKeys, platformKey: settings.platformKey) {
            try await sender.exchange($0, key: $1, idempotencyKey: $2)
        }
        try await WorkerProcess(queue, settings.process).run(until: shutdown) { database, kick in
            var registry = Registry(
                handlers,
                StripeStep(database: database, stripe: stripe, surroundings: settings.surroundings, kick: kick))
            other(&registry, database)
            return registry
        }
        transport.close()
    }

    private var transportSettings: TransportSettings {
        var transport = TransportSettings()
        transport.inflightMax = max(settings.process.slots, 1)
        if let host = settings.stripeBase.plainHost { transport.plainHosts.insert(host) }
        return transport
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
