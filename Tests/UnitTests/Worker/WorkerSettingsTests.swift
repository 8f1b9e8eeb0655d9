import Crypto
import Daemon
import Testing
@testable import Worker

/// What a worker refuses to start with.
struct WorkerSettingsTests {
    private func environment() throws -> [String: String] {
        [
            "TOLLGATE_DATABASE_URL": "host=nowhere",
            "TOLLGATE_STRIPE_API_OPENING_KEYS":
                try OpeningKey.generate(id: 1, purpose: "stripe-api").text.reveal { $0 },
            "TOLLGATE_STRIPE_WEBHOOK_SEALING_KEY":
                try OpeningKey.generate(id: 2, purpose: "stripe-webhook").sealingKey.text,
        ]
    }

    /// The names of the settings found wrong.
    private func problems(_ environment: [String: String]) -> [String] {
        let settings = Settings(environment: environment)
        _ = try? WorkerSettings(settings, queue: .invoices)
        do {
            try settings.finish()
            return []
        } catch {
            return error.problems.map(\.name)
        }
    }

    @Test func `three settings are enough, and the port follows the queue`() throws {
        let settings = Settings(environment: try environment())
        let worker = try WorkerSettings(settings, queue: .invoices)
        try settings.finish()
        #expect(worker.process.adminPort == 9093)
        #expect(worker.stripeBase == "https://api.stripe.com")
        #expect(worker.platformKey == nil)
        #expect(worker.surroundings.publicURL == "http://127.0.0.1:8080")
    }

    @Test func `everything missing is told at once`() {
        #expect(
            problems([:]) == [
                "TOLLGATE_DATABASE_URL", "TOLLGATE_STRIPE_API_OPENING_KEYS", "TOLLGATE_STRIPE_WEBHOOK_SEALING_KEY",
            ])
    }

    @Test(arguments: [
        ("STRIPE_API_BASE", "api.stripe.com"), ("TOLLGATE_PUBLIC_URL", "gw.example"),
        ("TOLLGATE_STRIPE_API_OPENING_KEYS", "sk_test_wrong"), ("TOLLGATE_STRIPE_WEBHOOK_SEALING_KEY", "whsec_wrong"),
        ("TOLLGATE_WORKER_SLOTS", "0"), ("TOLLGATE_ADMIN_PORT", "70000"), ("TOLLGATE_WORKER_SLOT", "4"),
    ])
    func `a wrong one is named`(name: String, value: String) throws {
        var environment = try environment()
        environment[name] = value
        #expect(problems(environment) == [name])
    }

    @Test func `a key for another purpose is named`() throws {
        var environment = try environment()
        environment["TOLLGATE_STRIPE_WEBHOOK_SEALING_KEY"] =
            try OpeningKey.generate(id: 3, purpose: "stripe-api").sealingKey.text
        #expect(problems(environment) == ["TOLLGATE_STRIPE_WEBHOOK_SEALING_KEY"])
    }
}
