import HTTPTypes
import TestSupport
import Testing

extension EndToEnd {
    /// An agency pastes its Stripe key.
    @Suite(.freshDatabase) struct OnboardingTests {
        @Test func `A10 A11 A12: five saves at once connect and register one webhook`() async throws {
            try await RunningStack.with { stack in
                let portal = try await stack.newPortal()
                let key = Keys.secret()
                let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                    for _ in 0..<5 {
                        group.addTask { try await portal.post("/v1/payment_processor", ["secret_key": .string(key)]) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(answers.allSatisfy { $0.status < 300 }, "\(answers)")
                let now = try await portal.seen("/v1/payment_processor", "connected") {
                    $0.string("status") == "connected"
                }
                #expect(now["key_ok"] == true)
                #expect(now["webhook"].string("status") == "registered")
                let endpoints = try await stack.standIn.stripe(.get, "/v1/webhook_endpoints", key: key)
                #expect(endpoints.json.members.count == 1, "\(endpoints)")
            }
        }

        @Test func `A6: what is no secret key is refused, naming the field, and Stripe is not asked`() async throws {
            try await RunningStack.with { stack in
                let portal = try await stack.newPortal()
                let before = try await stack.standIn.lastCall()
                for text in ["pk_test_" + Keys.letters(24), "whsec_" + Keys.letters(32), "hello", "", "sk_test_"] {
                    let answer = try await portal.post("/v1/payment_processor", ["secret_key": .string(text)])
                    #expect(answer.status == 400 && answer.text.contains("secret_key"), "\(text): \(answer)")
                }
                #expect(try await stack.standIn.lastCall() == before)
            }
        }

        @Test func `A11: a revoked key turns the connection invalid, a new one of the account heals it`() async throws {
            try await RunningStack.with { stack in
                let portal = try await stack.newPortal()
                let account = Keys.letters(15)
                let key = try await portal.connect(Keys.secret(account: account))
                try await stack.standIn.revoke(key)
                _ = try await portal.post("/v1/payment_processor/verify")
                let now = try await portal.seen("/v1/payment_processor", "invalid") { $0.string("status") == "invalid" }
                #expect(now["key_ok"] == false)
                try await portal.connect(Keys.secret(account: account))
                let stranger = try await portal.post("/v1/payment_processor", ["secret_key": .string(Keys.secret())])
                #expect(stranger.status >= 400, "a key of another account: \(stranger)")
            }
        }

        @Test func `A12: a deleted endpoint shows as missing, repair registers it again`() async throws {
            try await RunningStack.with { stack in
                let portal = try await stack.newPortal()
                let key = try await portal.connect()
                let endpoint = try #require(
                    try await stack.standIn.stripe(.get, "/v1/webhook_endpoints", key: key).json.members.first?.string(
                        "id"))
                _ = try await stack.standIn.stripe(.delete, "/v1/webhook_endpoints/\(endpoint)", key: key)
                _ = try await portal.post("/v1/payment_processor/verify")
                try await portal.seen("/v1/payment_processor", "missing") {
                    $0["webhook"].string("status") == "missing"
                }
                _ = try await portal.post("/v1/payment_processor/webhook/repair")
                try await portal.seen("/v1/payment_processor", "registered") {
                    $0["webhook"].string("status") == "registered"
                }
            }
        }
    }
}
