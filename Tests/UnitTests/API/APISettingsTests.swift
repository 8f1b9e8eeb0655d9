import Crypto
import Foundation
import Jobs
import Testing

@testable import API
@testable import Daemon
@testable import Worker

/// What the programs that face secrets read from their environment, as docker-compose.yml gives it.
struct APISettingsTests {
    /// A file with a text, gone at the end of the body.
    private func withFile<Output>(_ text: String, _ body: (String) throws -> Output) throws -> Output {
        let path = "/tmp/tollgate-settings-\(UUID().uuidString)"
        try PrivateFile.write(Array(text.utf8), to: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    private func environment(sealing: String) throws -> [String: String] {
        [
            "TOLLGATE_DATABASE_URL": "host=postgres user=tollgate_gateway",
            "TOLLGATE_ADMIN_DATABASE_URL": "postgres://tollgate_pages@postgres/tollgate",
            "TOLLGATE_API_KEY_PEPPER": String(repeating: "ab", count: 32),
            "TOLLGATE_STRIPE_API_SEALING_KEY_FILE": sealing,
            "TOLLGATE_PORTAL_WEBHOOK_SEALING_KEY": try OpeningKey.generate(id: 3, purpose: "portal-webhook").sealingKey
                .text,
            "TOLLGATE_STRIPE_WEBHOOK_OPENING_KEYS": try OpeningKey.generate(id: 2, purpose: "stripe-webhook").text
                .reveal { $0 },
        ]
    }

    @Test func `the API takes the public key from a file, as it takes secrets`() throws {
        let key = try OpeningKey.generate(id: 1, purpose: "stripe-api").sealingKey
        try withFile(key.text + "\n") { path in
            let settings = Settings(environment: try environment(sealing: path))
            let read = APISettings(settings)
            try settings.finish()
            #expect(read.sealingKey == key)
        }
    }

    @Test func `workers take theirs from a file too`() throws {
        let key = try OpeningKey.generate(id: 2, purpose: "stripe-webhook").sealingKey
        try withFile(key.text) { path in
            let settings = Settings(environment: [
                "TOLLGATE_DATABASE_URL": "host=postgres", "TOLLGATE_STRIPE_WEBHOOK_SEALING_KEY_FILE": path,
                "TOLLGATE_STRIPE_API_OPENING_KEYS": try OpeningKey.generate(id: 1, purpose: "stripe-api").text
                    .reveal { $0 },
            ])
            _ = try WorkerSettings(settings, queue: .access)
            try settings.finish()
        }
    }

    @Test(arguments: [
        "postgres://u:hunter2/x@h/db", "host=h password=hun ter2", "hunter2",
        "host=h port=hunter2",
    ])
    func `a connection string that is none is named at the start, not repeated`(text: String) throws {
        let key = try OpeningKey.generate(id: 1, purpose: "stripe-api").sealingKey
        try withFile(key.text) { path in
            var environment = try environment(sealing: path)
            environment["TOLLGATE_DATABASE_URL"] = text
            let settings = Settings(environment: environment)
            _ = APISettings(settings)
            let error = #expect(throws: SettingsError.self) { try settings.finish() }
            #expect(error?.problems.map(\.name) == ["TOLLGATE_DATABASE_URL"])
            #expect(error.map { !"\($0)".contains("hun") && !"\($0)".contains("ter2") } == true)
        }
    }

    @Test func `what Stripe says of a client's input is not logged`() {
        let refused = JobFailure(
            status: 400, code: "email_invalid", requestID: "req_1",
            message: "Invalid email address: jane@client.example")
        for outcome: JobOutcome in [.retry(refused), .dead(refused), .snooze(.zero, refused)] {
            let fields = "\(WorkerObservation.reason(outcome))"
            #expect(!fields.contains("jane") && fields.contains("email_invalid") && fields.contains("req_1"))
        }
    }
}
