import Billing
import Daemon
@testable import Jobs
import Stripe
@testable import SubscriptionsWorker
import TestSupport
import Testing
@testable import Worker

/// Intend, call, record: what is committed when, and what a crash leaves behind.
@Suite(.freshDatabase) struct StripeStepTests {
    private let made = StripeObject.customer("cus_9")

    @Test func `V3: the attempt is committed before the call, and no transaction is open during it`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(customer: nil)
        fixture.stripe.expect(
            "POST /v1/customers",
            .run { call in
                let row = try await fixture.sql(
                    "SELECT method, path, body, idem_key, answered_at, request_sha256 = sha256(convert_to(body, 'UTF8')) FROM app.stripe_call"
                )
                #expect(row.first == ["POST", "/v1/customers", call.body, call.idempotencyKey, nil, "t"])
                let open =
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'tollgate_worker' AND xact_start IS NOT NULL"
                #expect(try await fixture.value(open) == "0")
                return .answer(200, StripeObject.customer("cus_9"))
            })
        #expect(try await fixture.run(PublishClient(client: client), by: PublishClientHandler()) == .recorded)
        #expect(try await fixture.ending() == "done")
        #expect(try await fixture.value("SELECT stripe_customer FROM app.client") == "cus_9")
        let call = try await fixture.sql(
            "SELECT outcome, http_status, object_id, stripe_request_id, response FROM app.stripe_call")
        #expect(call.first == ["succeeded", "200", "cus_9", "req_1", nil])
        #expect(fixture.stripe.calls[0].field("metadata[tg_id]") == client.text)
    }

    @Test func `R1: a worker lost before it recorded leaves an attempt that is sent again as it was`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(customer: nil)
        try await fixture.queue.enqueue(PublishClient(client: client), of: fixture.tenant)
        let first = try await fixture.claim(PublishClient.self)
        fixture.stripe.expect("POST /v1/customers", .run { _ in throw CancellationError() })
        let outcome = try await fixture.perform(first, by: PublishClientHandler())
        // The wish changes meanwhile; what was sent does not.
        try await fixture.sql("UPDATE app.client SET name = 'Another'")
        fixture.stripe.expect("POST /v1/customers", 200, made)
        let second = try await fixture.again(PublishClient.self, after: outcome, first)
        #expect(try await fixture.perform(second, by: PublishClientHandler()) == .recorded)
        #expect(fixture.stripe.calls.count == 2)
        #expect(fixture.stripe.calls[0] == fixture.stripe.calls[1])
        #expect(try await fixture.value("SELECT stripe_customer FROM app.client") == "cus_9")
    }

    @Test func `R12: a lease lost during the call drops the result`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(customer: nil)
        fixture.stripe.expect(
            "POST /v1/customers",
            .run { _ in
                try await fixture.sql("UPDATE jobq.job SET lease = nextval('jobq.lease_seq')")
                return .answer(200, StripeObject.customer("cus_9"))
            })
        #expect(try await fixture.run(PublishClient(client: client), by: PublishClientHandler()) == .snooze(.zero, nil))
        #expect(try await fixture.value("SELECT stripe_customer FROM app.client") == nil)
        #expect(try await fixture.value("SELECT count(*) FROM app.stripe_call WHERE answered_at IS NOT NULL") == "0")
        #expect(try await fixture.ending() == "")
    }

    @Test(arguments: [true, false])
    func `R8: after a stored 500 one looks before sending under a new key`(exists: Bool) async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(customer: nil)
        let handler = PublishClientHandler()
        try await fixture.queue.enqueue(PublishClient(client: client), of: fixture.tenant)
        var claim = try await fixture.claim(PublishClient.self)
        let error = StripeObject.error("api_error")
        fixture.stripe.expect("POST /v1/customers", 500, error)
        var outcome = try await fixture.perform(claim, by: handler)
        #expect(outcome.word == "snoozed")
        claim = try await fixture.again(PublishClient.self, after: outcome, claim)
        fixture.stripe.expect("POST /v1/customers", .answer(500, error, replayed: true))
        outcome = try await fixture.perform(claim, by: handler)
        #expect(outcome.word == "retry")
        claim = try await fixture.again(PublishClient.self, after: outcome, claim)
        let metadata = #"{"tg_tenant":"\#(fixture.tenant.id)","tg_id":"\#(client.text)"}"#
        let ours = StripeObject.customer("cus_9", metadata: metadata)
        fixture.stripe.expect("GET /v1/customers", 200, exists ? StripeObject.list(ours) : StripeObject.list())
        if !exists { fixture.stripe.expect("POST /v1/customers", 200, made) }
        #expect(try await fixture.perform(claim, by: handler) == .recorded)
        #expect(fixture.stripe.isSatisfied)
        #expect(try await fixture.value("SELECT stripe_customer FROM app.client") == "cus_9")
        let keys = fixture.stripe.writes.compactMap(\.idempotencyKey)
        #expect(keys[0] == keys[1])
        #expect(Set(keys).count == (exists ? 1 : 2))
    }

    @Test func `R11: an unanswered key older than 23 hours is never sent again`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(customer: nil)
        try await fixture.queue.enqueue(PublishClient(client: client), of: fixture.tenant)
        var claim = try await fixture.claim(PublishClient.self)
        fixture.stripe.expect("POST /v1/customers", .failure(.unknown(reason: "timeout", status: nil, requestID: nil)))
        let outcome = try await fixture.perform(claim, by: PublishClientHandler())
        claim = try await fixture.again(PublishClient.self, after: outcome, claim)
        try await fixture.sql("UPDATE app.stripe_call SET first_sent_at = now() - interval '24 hours'")
        // Another tenant's gateway may share the account: only our own metadata counts. The list has two pages.
        let foreign = StripeObject.customer("cus_7", metadata: #"{"tg_tenant":"999","tg_id":"\#(client.text)"}"#)
        let ours = #"{"tg_tenant":"\#(fixture.tenant.id)","tg_id":"\#(client.text)"}"#
        fixture.stripe.expect("GET /v1/customers", 200, StripeObject.list(foreign, more: true))
        fixture.stripe.expect(
            "GET /v1/customers", 200, StripeObject.list(StripeObject.customer("cus_9", metadata: ours)))
        #expect(try await fixture.perform(claim, by: PublishClientHandler()) == .recorded)
        #expect(fixture.stripe.writes.count == 1)
        #expect(try await fixture.value("SELECT stripe_customer FROM app.client") == "cus_9")
    }

    @Test func `R22: an unanswered call is never sent to another account`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(customer: nil)
        try await fixture.queue.enqueue(PublishClient(client: client), of: fixture.tenant)
        var claim = try await fixture.claim(PublishClient.self)
        fixture.stripe.expect("POST /v1/customers", .failure(.unknown(reason: "timeout", status: nil, requestID: nil)))
        let outcome = try await fixture.perform(claim, by: PublishClientHandler())
        claim = try await fixture.again(PublishClient.self, after: outcome, claim)
        try await fixture.sql("UPDATE app.connection SET account_id = 'acct_2'")
        let last = try await fixture.perform(claim, by: PublishClientHandler())
        #expect(last.word == "dead" && last.why?.code == "account_changed")
        #expect(fixture.stripe.calls.count == 1)
    }

    @Test func `R23: a refused key marks the connection once, stops the lanes and loses nothing`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(customer: nil)
        for _ in 0..<2 {
            try await fixture.queue.enqueue(PublishClient(client: client), of: fixture.tenant)
        }
        let claim = try await fixture.claim(PublishClient.self)
        fixture.stripe.expect("POST /v1/customers", 401, StripeObject.error("invalid_request_error", "api_key_expired"))
        let outcome = try await fixture.perform(claim, by: PublishClientHandler())
        #expect(outcome.word == "snoozed" && outcome.why?.status == 401)
        try await fixture.queue.fail(claim, "snooze", status: 401)
        let state = try await fixture.sql("SELECT status, key_ok, problem ->> 'code' FROM app.connection")
        #expect(state.first == ["invalid", "f", "api_key_expired"])
        #expect(try await fixture.waiting() == ["client.publish", "client.publish", "connection.check"])
        #expect(try await fixture.value("SELECT count(*) FROM jobq.lane WHERE paused_at IS NOT NULL") == "4")
    }

    @Test func `commands wait while there is no connection`() async throws {
        let fixture = try await HandlerFixture(isConnected: false)
        let client = try await fixture.addClient(customer: nil)
        let outcome = try await fixture.run(PublishClient(client: client), by: PublishClientHandler())
        #expect(outcome.word == "snoozed" && outcome.why?.code == "not_connected")
        #expect(fixture.stripe.calls.isEmpty)
    }

    @Test func `a connected account is reached with the platform's key and its own header`() async throws {
        let fixture = try await HandlerFixture(isConnected: false)
        _ = try await fixture.addConnection(mode: "connect", status: "connected")
        try await fixture.sql("UPDATE app.connection SET account_id = 'acct_7'")
        let client = try await fixture.addClient(customer: nil)
        fixture.stripe.expect("POST /v1/customers", 200, made)
        try await fixture.run(PublishClient(client: client), by: PublishClientHandler())
        #expect(fixture.stripe.calls.first?.account == "acct_7")
        #expect(fixture.stripe.calls.first?.key == "sk_test_platform00000001")
    }

    @Test func `the platform's refused key stops no tenant`() async throws {
        let fixture = try await HandlerFixture(isConnected: false)
        _ = try await fixture.addConnection(mode: "connect", status: "connected")
        try await fixture.sql("UPDATE app.connection SET account_id = 'acct_7'")
        let client = try await fixture.addClient(customer: nil)
        fixture.stripe.expect("POST /v1/customers", 401, StripeObject.error("invalid_request_error"))
        let outcome = try await fixture.run(PublishClient(client: client), by: PublishClientHandler())
        #expect(outcome.word == "snoozed" && outcome.why?.status == nil)
        #expect(outcome.why?.code == "platform_key_refused")
        #expect(try await fixture.value("SELECT status FROM app.connection") == "connected")
    }
}
