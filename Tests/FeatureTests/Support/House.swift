import Crypto
@testable import Daemon
import Foundation
import HTTPClient
import HTTPTypes
import Jobs
import Postgres
import TestSupport

@testable import API
@testable import AccessWorker
@testable import InvoicesWorker
@testable import MeteringWorker
@testable import OnboardingWorker
@testable import StripeStandIn
@testable import SubscriptionsWorker
@testable import WebhooksWorker
@testable import Worker

/// The whole product in this process over the test's own database: API, every worker and the stand-in, with the
/// settings and the loops they have as programs, talking HTTP over loopback. Nothing is replaced; only the processes
/// are missing, which the end-to-end tests have.
struct House: Sendable {
    /// The database, past every wall.
    let database: TestDatabase
    /// The stand-in: what it was asked, its pages, its clock, its strings.
    let standIn: StandInClient
    let transport: Transport
    let plan: StackEnvironment

    /// Runs a test's body in a house; everything ends with it.
    ///
    /// - Parameter changes: settings by program, such as `["stripe-stand-in": ["STRIPE_STAND_IN_RETRY_DAYS": "1"]]`.
    static func with<Output: Sendable>(
        changing changes: [String: [String: String]] = [:], _ body: (House) async throws -> Output
    ) async throws -> Output {
        ObservationLog.process.configure(program: "house", minimum: .error)
        await Street.houses.enter()
        defer { Street.houses.leave() }
        let database = TestDatabase.current
        var plan = try StackEnvironment { database.conninfo($0) }
        for queue in StackEnvironment.queues {
            plan.environments["tollgate-\(queue)-worker"]?["TOLLGATE_DATABASE_SESSIONS"] = "3"
        }
        plan.environments["tollgate-api"]?["TOLLGATE_DATABASE_SESSIONS"] = "4"
        let quick = [
            "STRIPE_STAND_IN_RATE_LIMITS": "false", "STRIPE_STAND_IN_ADVANCE_LATER": "false",
            "STRIPE_STAND_IN_WEBHOOK_RETRY_SECONDS": "1,1,1,2,5",
        ]
        plan.environments["stripe-stand-in"]?.merge(quick) { $1 }
        for (program, settings) in changes { plan.environments[program]?.merge(settings) { $1 } }
        let transport = Transport(.patient)
        defer { transport.close() }
        let house = House(
            database: database, standIn: StandInClient(url: plan.standInURL, transport: transport),
            transport: transport, plan: plan)
        let shutdown = ShutdownSignal()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            try house.open(&group, until: shutdown)
            let result: Result<Output, any Error>
            do {
                try await house.waitUntilReady()
                result = .success(try await body(house))
            } catch {
                result = .failure(error)
            }
            shutdown.request()
            for try await _ in group {}
            return try result.get()
        }
    }

    private func open(_ group: inout ThrowingTaskGroup<Void, any Error>, until shutdown: ShutdownSignal) throws {
        let stripe = Program(Configuration(settings(of: "stripe-stand-in")), isReady: { _ in })
        group.addTask { try await stripe.run(until: shutdown) }
        let api = APISettings(settings(of: "tollgate-api"))
        group.addTask { try await serve(api, until: shutdown) }
        for worker in [
            try worker(
                .onboarding, OnboardingHandlers.all,
                besides: DomainCheck.work(settings(of: "tollgate-onboarding-worker"))),
            try worker(.subscriptions, SubscriptionsHandlers.all), try worker(.invoices, InvoicesHandlers.all),
            try worker(.access, AccessHandlers.all), try worker(.metering, MeteringHandlers.all),
        ] {
            group.addTask { try await worker.run(until: shutdown) }
        }
        let teller = WebhooksWorker(try WebhooksSettings(settings(of: "tollgate-webhooks-worker")))
        group.addTask { try await teller.run(until: shutdown) }
    }

    private func settings(of program: String) -> Settings {
        Settings(environment: plan.environments[program, default: [:]])
    }

    private func worker(
        _ queue: QueueName, _ handlers: [any StripeHandler], besides other: @escaping OtherWork = { _, _ in }
    ) throws -> Worker {
        let settings = try WorkerSettings(settings(of: "tollgate-\(queue.rawValue)-worker"), queue: queue)
        return Worker(queue, settings, handlers, besides: other)
    }

    /// Asks without blocking: the programs run on the same few threads as the question.
    private func waitUntilReady() async throws {
        try await standIn.waitUntilReady()
        for (program, port) in plan.healthPorts {
            let request = OutgoingRequest(
                method: .get, url: "http://127.0.0.1:\(port)/healthz/ready", headers: [], body: [])
            try await eventually("\(program) is ready", within: .seconds(60)) {
                (try? await transport.send(request))?.status == 200
            }
        }
    }
}

extension TransportSettings {
    /// For tests on a busy machine.
    fileprivate static var patient: TransportSettings {
        var settings = TransportSettings()
        settings.totalTimeout = .seconds(60)
        settings.silenceTimeout = .seconds(60)
        return settings
    }
}
