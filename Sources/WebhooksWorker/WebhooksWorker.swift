import Billing
import Daemon
import HTTPClient
import Jobs
import Worker

/// Tells the portals: one process of as many as one likes.
struct WebhooksWorker: Sendable {
    private let settings: WebhooksSettings

    init(_ settings: WebhooksSettings) { self.settings = settings }

    func run(until shutdown: ShutdownSignal) async throws {
        let transport = Transport(transportSettings)
        try await WorkerProcess(.webhooks, settings.process).run(until: shutdown) { database, _ in
            let delivery = Delivery(
                database: database, transport: transport, openingKeys: settings.openingKeys, retries: settings.retries)
            var registry = Registry()
            registry.register(DeliverWebhook.self) { work, claim in await delivery.perform(work, claim) }
            return registry
        }
        transport.close()
    }

    /// A portal has ten seconds; what it says is not of interest.
    private var transportSettings: TransportSettings {
        var transport = TransportSettings()
        transport.inflightMax = max(settings.process.slots, 1)
        transport.totalTimeout = .seconds(10)
        transport.silenceTimeout = .seconds(10)
        transport.answerBytesMax = 64 * 1024
        transport.userAgent = "Tollgate-Webhooks/1"
        transport.plainHosts = settings.privateHosts
        transport.publicAddressesOnly = true
        return transport
    }
}
