import Billing
import Crypto
import Daemon
import FoundationEssentials
@testable import Jobs
@testable import OnboardingWorker
import Stripe
import TestSupport
import Testing
import Worker

/// A pasted key: proven, refused, and the webhook that comes with it.
@Suite(.freshDatabase) struct ConnectionHandlerTests {
    private let url = HandlerFixture.hookURL

    /// Not connected yet, with one key pasted.
    private func pasted(_ key: String = "sk_test_pasted0000000001") async throws -> (HandlerFixture, VerifyConnection) {
        let fixture = try await HandlerFixture(isConnected: false)
        let connection = try await fixture.addConnection()
        return (fixture, VerifyConnection(connection: connection, secret: try await fixture.paste(key)))
    }

    private func expectProof(_ fixture: HandlerFixture) {
        fixture.stripe.expect("GET /v1/account", 200, StripeObject.account())
        fixture.stripe.expect("GET /v1/balance", 200, StripeObject.balance())
    }

    private func expectRegistration(_ fixture: HandlerFixture, others: Int = 0) {
        let foreign = (0..<others).map { StripeObject.endpoint("we_x\($0)", url: "https://other.example/\($0)") }
        fixture.stripe.expect(
            "GET /v1/webhook_endpoints", 200,
            #"{"data":[\#(foreign.joined(separator: ","))],"has_more":false}"#)
        fixture.stripe.expect(
            "POST /v1/webhook_endpoints", 200, StripeObject.endpoint("we_1", url: url, secret: "whsec_one"))
    }

    @Test func `A10 A11 A12: a key is proven, then its webhook registered; the signing secret is sealed`() async throws
    {
        let (fixture, work) = try await pasted()
        expectProof(fixture)
        expectRegistration(fixture, others: 2)
        #expect(try await fixture.run(work, by: VerifyConnectionHandler()) == .recorded)
        #expect(try await fixture.ending() == "done")
        let row = try await fixture.sql(
            """
            SELECT status, account_id, key_ok, key_last4, webhook_status, webhook_endpoint_id, webhook_endpoints_used, problem
              FROM app.connection
            """)
        #expect(row.first == ["connected", "acct_1", "t", "0001", "registered", "we_1", "3", nil])
        #expect(fixture.stripe.calls.allSatisfy { $0.key == "sk_test_pasted0000000001" && $0.account == nil })
        let sealed = try await fixture.sql(
            "SELECT id, encode(envelope, 'hex') FROM app.sealed_secret WHERE purpose = 'stripe-webhook'")
        let id = SealedSecret.ID(rawValue: try #require(UUID(uuidString: sealed[0][0] ?? "")))
        let binding = SealedSecret.binding(tenant: fixture.tenant.id, purpose: .stripeWebhook, row: id)
        let envelope = try #require(Hex.decode(sealed[0][1] ?? ""))
        let secret = try KeyRing([fixture.webhookKeys]).open(envelope, boundTo: binding)
        #expect(secret.reveal { $0 } == "whsec_one")
        #expect(try await fixture.value("SELECT count(*) FROM app.stripe_call WHERE response IS NOT NULL") == "0")
        #expect(try await fixture.waiting() == ["events.sweep", "connection.check", "connection.examine"])
    }

    @Test func `A10: five saves register one webhook`() async throws {
        let (fixture, first) = try await pasted()
        expectProof(fixture)
        expectRegistration(fixture)
        try await fixture.run(first, by: VerifyConnectionHandler())
        let standing = StripeObject.list(StripeObject.endpoint("we_1", url: url))
        for save in 2...5 {
            // The doctor's turn after each save is another story.
            try await fixture.sql(
                "DELETE FROM jobq.job j USING app.command c WHERE c.id = j.id AND c.kind = 'connection.examine'")
            let secret = try await fixture.paste("sk_test_pasted000000000\(save)")
            expectProof(fixture)
            fixture.stripe.expect("GET /v1/webhook_endpoints", 200, standing)
            let work = VerifyConnection(connection: first.connection, secret: secret)
            #expect(try await fixture.run(work, by: VerifyConnectionHandler()) == .recorded)
        }
        #expect(fixture.stripe.writes.map(\.line) == ["POST /v1/webhook_endpoints"])
        #expect(try await fixture.value("SELECT key_last4 FROM app.connection") == "0005")
        let old =
            "SELECT count(*) FROM app.sealed_secret WHERE purpose = 'stripe-api' AND retired_at IS NOT NULL AND envelope = ''"
        #expect(try await fixture.value(old) == "4")
    }

    @Test func `saves in one burst: only the newest key is proven`() async throws {
        let (fixture, first) = try await pasted()
        _ = try await fixture.paste("sk_test_pasted0000000002")
        #expect(try await fixture.run(first, by: VerifyConnectionHandler()) == .recorded)
        #expect(fixture.stripe.calls.isEmpty)
    }

    @Test(arguments: [
        (401, "acct_1", false, "failed api_key_invalid"), (200, "acct_2", false, "failed account_mismatch"),
        (200, "acct_1", true, "failed livemode_mismatch"),
    ])
    func `a pasted key that is not taken leaves the active one alone`(
        status: Int, account: String, live: Bool, ending: String
    ) async throws {
        let fixture = try await HandlerFixture()
        let secret = try await fixture.paste("sk_test_pasted0000000001")
        let answer = status == 200 ? StripeObject.account(account) : StripeObject.error("invalid_request_error")
        fixture.stripe.expect("GET /v1/account", status, answer)
        if live { fixture.stripe.expect("GET /v1/balance", 200, StripeObject.balance(live: true)) }
        let work = VerifyConnection(connection: try await fixture.connection(), secret: secret)
        #expect(try await fixture.run(work, by: VerifyConnectionHandler()) == .recorded)
        #expect(try await fixture.ending() == ending)
        let row = try await fixture.sql("SELECT status, key_ok, candidate_secret_id, account_id FROM app.connection")
        #expect(row.first == ["connected", "t", nil, "acct_1"])
        #expect(try await fixture.value("SELECT count(*) FROM jobq.lane WHERE paused_at IS NOT NULL") == "0")
    }

    @Test func `the first key that Stripe refuses makes the connection invalid`() async throws {
        let (fixture, work) = try await pasted()
        fixture.stripe.expect("GET /v1/account", 401, StripeObject.error("invalid_request_error", "api_key_expired"))
        try await fixture.run(work, by: VerifyConnectionHandler())
        #expect(try await fixture.ending() == "failed api_key_expired")
        #expect(try await fixture.value("SELECT status FROM app.connection") == "invalid")
    }

    @Test func `A9: a restricted key that may not see its account still connects, without a webhook if it must`()
        async throws
    {
        let (fixture, work) = try await pasted("rk_test_pasted0000000001")
        let denied = StripeObject.error("invalid_request_error", nil, "The key may not do that")
        fixture.stripe.expect("GET /v1/account", 403, denied)
        fixture.stripe.expect("GET /v1/balance", 403, denied)
        fixture.stripe.expect("GET /v1/webhook_endpoints", 403, denied)
        try await fixture.run(work, by: VerifyConnectionHandler())
        #expect(try await fixture.ending() == "failed permission_missing")
        let row = try await fixture.sql("SELECT status, key_ok, webhook_status, problem ->> 'code' FROM app.connection")
        #expect(row.first == ["degraded", "t", "unregistered", "permission_missing"])
        #expect(try await fixture.waiting() == ["events.sweep", "connection.check", "connection.examine"])
    }

    @Test func `F4: an endpoint whose secret we lack is deleted and made anew`() async throws {
        let fixture = try await HandlerFixture()
        let work = RepairWebhook(connection: try await fixture.connection())
        fixture.stripe.expect(
            "GET /v1/webhook_endpoints", 200, StripeObject.list(StripeObject.endpoint("we_old", url: url)))
        fixture.stripe.expect("DELETE /v1/webhook_endpoints/we_old", 200, #"{"id":"we_old","deleted":true}"#)
        expectRegistration(fixture)
        #expect(try await fixture.run(work, by: RepairWebhookHandler()) == .recorded)
        #expect(fixture.stripe.isSatisfied)
        #expect(try await fixture.value("SELECT webhook_endpoint_id FROM app.connection") == "we_1")
    }

    @Test func `a lost answer to the registration is asked for again, not looked up: only the replay has the secret`()
        async throws
    {
        let fixture = try await HandlerFixture()
        let connection = try await fixture.connection()
        try await fixture.queue.enqueue(RepairWebhook(connection: connection), of: fixture.tenant)
        var claim = try await fixture.claim(RepairWebhook.self)
        fixture.stripe.expect("GET /v1/webhook_endpoints", 200, StripeObject.list())
        fixture.stripe.expect(
            "POST /v1/webhook_endpoints", .failure(.unknown(reason: "lost", status: nil, requestID: nil)))
        let outcome = try await fixture.perform(claim, by: RepairWebhookHandler())
        claim = try await fixture.again(RepairWebhook.self, after: outcome, claim)
        fixture.stripe.expect(
            "POST /v1/webhook_endpoints",
            .answer(200, StripeObject.endpoint("we_1", url: url, secret: "whsec_one"), replayed: true))
        #expect(try await fixture.perform(claim, by: RepairWebhookHandler()) == .recorded)
        #expect(Set(fixture.stripe.writes.map(\.idempotencyKey)).count == 1)
        #expect(try await fixture.value("SELECT webhook_status FROM app.connection") == "registered")
    }

    @Test func `F5: sixteen endpoints of others are a problem with a name`() async throws {
        let fixture = try await HandlerFixture()
        let foreign = (0..<16).map { StripeObject.endpoint("we_\($0)", url: "https://other.example/\($0)") }
        fixture.stripe.expect(
            "GET /v1/webhook_endpoints", 200, #"{"data":[\#(foreign.joined(separator: ","))],"has_more":false}"#)
        try await fixture.run(RepairWebhook(connection: try await fixture.connection()), by: RepairWebhookHandler())
        #expect(try await fixture.ending() == "failed stripe_endpoint_limit")
        #expect(try await fixture.value("SELECT webhook_endpoints_used FROM app.connection") == "16")
    }

    @Test func `R23: a refused key that works again lets everything run on`() async throws {
        let fixture = try await HandlerFixture()
        let connection = try await fixture.connection()
        let check = CheckConnection(connection: connection)
        fixture.stripe.expect("GET /v1/account", 401, StripeObject.error("invalid_request_error"))
        try await fixture.run(check, by: CheckConnectionHandler())
        #expect(try await fixture.value("SELECT status FROM app.connection") == "invalid")
        #expect(try await fixture.waiting() == ["connection.check"])
        try await fixture.sql("UPDATE jobq.lane SET paused_at = now(), pause_by = 'credentials' WHERE queue_id > 1")
        try await fixture.queue.makeDue()
        fixture.stripe.expect("GET /v1/account", 200, StripeObject.account())
        let probe = try await fixture.claim(CheckConnection.self)
        #expect(try await fixture.perform(probe, by: CheckConnectionHandler()) == .recorded)
        #expect(try await fixture.value("SELECT status FROM app.connection") == "connected")
        #expect(try await fixture.value("SELECT count(*) FROM jobq.lane WHERE paused_at IS NOT NULL") == "0")
    }

    @Test(arguments: [(404, "missing"), (200, "disabled")])
    func `A12: a webhook that no longer stands is noticed`(status: Int, word: String) async throws {
        let fixture = try await HandlerFixture()
        try await fixture.sql(
            "UPDATE app.connection SET webhook_status = 'registered', webhook_endpoint_id = 'we_1', webhook_secret_id = gen_random_uuid()"
        )
        fixture.stripe.expect("GET /v1/account", 200, StripeObject.account())
        let answer =
            status == 200
            ? StripeObject.endpoint("we_1", url: url, status: "disabled")
            : StripeObject.error("invalid_request_error", "resource_missing")
        fixture.stripe.expect("GET /v1/webhook_endpoints/we_1", status, answer)
        try await fixture.run(CheckConnection(connection: try await fixture.connection()), by: CheckConnectionHandler())
        let row = try await fixture.sql("SELECT status, webhook_status, problem ->> 'code' FROM app.connection")
        #expect(row.first == ["degraded", word, "webhook_\(word)"])
    }

    @Test func `a connection that was ended takes its endpoint along and forgets the key`() async throws {
        let fixture = try await HandlerFixture()
        try await fixture.sql("UPDATE app.connection SET status = 'disconnected', webhook_endpoint_id = 'we_1'")
        fixture.stripe.expect("DELETE /v1/webhook_endpoints/we_1", 200, #"{"id":"we_1","deleted":true}"#)
        let work = DisconnectConnection(connection: try await fixture.connection())
        #expect(try await fixture.run(work, by: DisconnectConnectionHandler()) == .recorded)
        let row = try await fixture.sql("SELECT secret_id, webhook_endpoint_id, webhook_status FROM app.connection")
        #expect(row.first == [nil, nil, "unregistered"])
        #expect(try await fixture.value("SELECT count(*) FROM app.sealed_secret WHERE envelope <> ''") == "0")
    }
}
