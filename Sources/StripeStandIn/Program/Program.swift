import Daemon
import HTTPClient
import HTTPServer
import HTTPTypes

/// The running stand-in: server, courier and snapshots from start to stop.
struct Program {
    private let configuration: Configuration
    private let standIn: StandIn

    private let isReady: @Sendable (UInt16) -> Void

    /// - Parameter isReady: told the port once it listens.
    init(
        _ configuration: Configuration,
        isReady: @escaping @Sendable (UInt16) -> Void = { announce("stripe-stand-in ready http://127.0.0.1:\($0)") }
    ) {
        self.configuration = configuration
        self.isReady = isReady
        standIn = StandIn(policy: configuration.policy)
    }

    /// Runs until the signal.
    func run(until shutdown: ShutdownSignal) async throws {
        let file = configuration.statePath.map { SnapshotFile(path: $0) }
        if let file, let saved = try await file.load() {
            let isOurs = await standIn.withWorld { Snapshot.read(saved, into: $0) }
            guard isOurs else {
                throw ExitError(code: 1, message: "STRIPE_STAND_IN_STATE is no state of this stand-in")
            }
        }
        let standIn = standIn
        let server = try Server.start(address: configuration.address, port: UInt16(configuration.port)) { request in
            await standIn.respond(to: request)
        }
        await setUp(port: server.port)
        isReady(server.port)
        var transport = TransportSettings()
        transport.totalTimeout = .seconds(10)
        transport.plainHosts = configuration.plainHosts
        transport.userAgent = "Stripe/1.0 (+https://stripe.com/docs/webhooks)"
        let carrier = Transport(transport)
        let courier = Courier(standIn, post: Courier.posting(over: carrier))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await courier.run(until: shutdown) }
            if let file { group.addTask { await keepSaving(to: file, until: shutdown) } }
            await group.waitForAll()
        }
        await server.stop()
        carrier.close()
        if let file { try await file.save(await standIn.withWorld { Snapshot.write($0) }) }
    }

    /// Platform, Connect endpoint and public address, as the settings have them.
    private func setUp(port: UInt16) async {
        let key = configuration.platformKey?.reveal { $0 }
        let secret = configuration.connectSecret?.reveal { $0 }
        let url = configuration.connectURL
        await standIn.withWorld { world in
            if world.policy.publicURL.isEmpty { world.policy.publicURL = "http://127.0.0.1:\(port)" }
            guard let key, let record = Authentication(world: world).record(of: key) else { return }
            world.policy.platformAccount = record.account
            let books = world.account(record.account).books(isLive: record.isLive)
            guard let url, let secret else { return }
            // The endpoint an operator would have made in the Dashboard; one, whatever was in the snapshot.
            for old in books.all("webhook_endpoint") where old.flag("_dashboard") { books.remove(old.id) }
            var endpoint = WebhookEndpoints.make(url: url, events: ["*"], isConnect: true, secret: secret, in: books)
            endpoint["_dashboard"] = true
            books.put(endpoint)
        }
    }

    /// Saves every few seconds when something changed.
    private func keepSaving(to file: SnapshotFile, until shutdown: ShutdownSignal) async {
        while !shutdown.isRequested {
            let changed = await standIn.withWorld { world -> JSON? in
                guard world.isDirty else { return nil }
                world.isDirty = false
                return Snapshot.write(world)
            }
            if let changed { try? await file.save(changed) }
            for _ in 0..<15 where !shutdown.isRequested { try? await Task.sleep(for: .milliseconds(200)) }
        }
    }
}
