@testable import AccessWorker
import Billing
import Daemon
import Foundation
import Jobs
import TestSupport
import Testing

/// Walks through Stripe's lists: what they suspect, what they tell, and that they go on where they were.
@Suite(.freshDatabase) struct ReconcileHandlerTests {
    /// A client whose e-mail address is another at Stripe.
    private func differing() async throws -> (HandlerFixture, Client.ID) {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        try await fixture.sql("UPDATE app.client SET updated_at = now() - interval '1 hour'")
        try await fixture.sql("UPDATE app.tenant SET settle_seconds = 0")
        answer(fixture, email: "b@c.example")
        return (fixture, client)
    }

    private func answer(_ fixture: HandlerFixture, email: String) {
        let customer = #"{"id":"cus_1","name":"Client","email":"\#(email)"}"#
        fixture.stripe.answer { call in
            switch call.line {
            case "GET /v1/customers": .answer(200, StripeObject.list(customer))
            case "GET /v1/customers/cus_1": .answer(200, customer)
            default: .answer(200, StripeObject.list())
            }
        }
    }

    /// Begins a walk and carries it to its end.
    private func walk(_ fixture: HandlerFixture) async throws {
        let id = try await begin(fixture)
        try await fixture.queue.enqueue(Reconcile(reconciliation: id), of: fixture.tenant)
        try await finish(try await fixture.claim(Reconcile.self), fixture)
        #expect(try await fixture.value("SELECT status FROM app.reconciliation WHERE id = '\(id.rawValue)'") == "done")
    }

    private func begin(_ fixture: HandlerFixture) async throws -> Reconciliation.ID {
        let id = Reconciliation.ID.new(at: WallClock.system.now())
        try await fixture.sql(
            """
            INSERT INTO app.reconciliation (tenant_id, id, cause, account_id)
            VALUES (\(fixture.tenant.id), '\(id.rawValue)', 'wish', 'acct_1')
            """)
        return id
    }

    private func finish(_ first: ClaimedJob, _ fixture: HandlerFixture) async throws {
        var claim = first
        for _ in 0..<10 {
            let outcome = try await fixture.perform(claim, by: ReconcileHandler())
            guard outcome != .recorded else { return }
            claim = try await fixture.again(Reconcile.self, after: outcome, claim)
        }
        Issue.record("the walk does not end")
    }

    private func items(_ fixture: HandlerFixture) async throws -> [String] {
        try await fixture.sql("SELECT status || ' ' || field FROM app.drift_item ORDER BY id").map { $0[0] ?? "" }
    }

    @Test func `a difference becomes one item, told once, however often it is seen`() async throws {
        let (fixture, _) = try await differing()
        for _ in 0..<2 { try await walk(fixture) }
        #expect(try await items(fixture) == ["open email"])
        #expect(try await fixture.value("SELECT count(*) FROM app.portal_event WHERE type = 'drift.found'") == "1")
        let counts = try await fixture.sql("SELECT new_items, known_items FROM app.reconciliation ORDER BY id")
        #expect(counts == [["1", "0"], ["0", "1"]])
        #expect(try await fixture.value("SELECT count(*) FROM app.reconciliation_sight") == "0")
        answer(fixture, email: "a@c.example")
        try await walk(fixture)
        #expect(try await items(fixture) == ["gone email"])
    }

    @Test func `what a live command is about, an event waits for, or was changed just now is no difference`()
        async throws
    {
        let (fixture, client) = try await differing()
        try await fixture.queue.enqueue(PublishClient(client: client), of: fixture.tenant)
        try await fixture.sql("UPDATE app.command SET target_id = '\(client.rawValue)' WHERE kind = 'client.publish'")
        try await walk(fixture)
        #expect(try await items(fixture).isEmpty)
        try await fixture.sql(
            "UPDATE app.command SET outcome = 'done', finished_at = now() WHERE kind = 'client.publish'")
        _ = try await fixture.addEvent("evt_1", "customer.updated", "customer", "cus_1")
        try await walk(fixture)
        #expect(try await items(fixture).isEmpty)
        try await fixture.sql("UPDATE app.stripe_event SET status = 'applied'")
        try await fixture.sql("UPDATE app.client SET updated_at = now() + interval '1 hour'")
        try await walk(fixture)
        #expect(try await items(fixture).isEmpty)
        try await fixture.sql("UPDATE app.client SET updated_at = now() - interval '1 hour'")
        try await walk(fixture)
        #expect(try await items(fixture) == ["open email"])
        // Nor does an open item close while its object is on the move.
        try await fixture.sql("UPDATE app.stripe_event SET status = 'received'")
        try await walk(fixture)
        #expect(try await items(fixture) == ["open email"])
    }

    @Test func `what was made in the second in which the account was connected is seen: Stripe's clock is coarse`()
        async throws
    {
        let fixture = try await HandlerFixture()
        try await fixture.sql("UPDATE app.tenant SET settle_seconds = 0")
        try await fixture.sql("UPDATE app.connection SET created_at = to_timestamp(1700000000.9)")
        let made = [("prod_before", 1_699_999_999), ("prod_same", 1_700_000_000), ("prod_after", 1_700_000_001)]
        let products = Dictionary(
            uniqueKeysWithValues: made.map {
                ("GET /v1/products/" + $0.0, #"{"id":"\#($0.0)","name":"X","active":true,"created":\#($0.1)}"#)
            })
        let list = StripeObject.list(products.values.joined(separator: ","))
        fixture.stripe.answer { call in
            .answer(200, call.line == "GET /v1/products" ? list : products[call.line] ?? StripeObject.list())
        }
        try await walk(fixture)
        let found = try await fixture.sql("SELECT stripe_id FROM app.drift_item WHERE status = 'open' ORDER BY 1")
        #expect(found == [["prod_after"], ["prod_same"]])
    }

    @Test func `what is on its way when its page is read is seen all the same, if it has come when it is looked at`()
        async throws
    {
        let (fixture, _) = try await differing()
        try await fixture.sql("UPDATE app.tenant SET settle_seconds = 3600")
        _ = try await fixture.addEvent("evt_1", "customer.updated", "customer", "cus_1")
        let id = try await begin(fixture)
        try await fixture.queue.enqueue(Reconcile(reconciliation: id), of: fixture.tenant)
        let claim = try await fixture.claim(Reconcile.self)
        var outcome = try await fixture.perform(claim, by: ReconcileHandler())
        var turn = claim
        while outcome.why?.code == "reading" {
            turn = try await fixture.again(Reconcile.self, after: outcome, turn)
            outcome = try await fixture.perform(turn, by: ReconcileHandler())
        }
        #expect(outcome.why?.code == "settling")
        try await fixture.sql(
            "UPDATE app.stripe_event SET status = 'applied'; UPDATE app.tenant SET settle_seconds = 0")
        try await finish(try await fixture.again(Reconcile.self, after: outcome, turn), fixture)
        #expect(try await items(fixture) == ["open email"])
    }

    @Test func `what is missing at Stripe is seen in a walk during which its row was touched`() async throws {
        let fixture = try await HandlerFixture()
        _ = try await fixture.addClient()
        try await fixture.sql("UPDATE app.tenant SET settle_seconds = 0")
        try await fixture.sql("UPDATE app.client SET created_at = now() - interval '1 day'")
        fixture.stripe.answer { call in
            call.line.hasPrefix("GET /v1/customers/")
                ? .answer(404, StripeObject.error("invalid_request_error", "resource_missing"))
                : .answer(200, StripeObject.list())
        }
        let id = try await begin(fixture)
        try await fixture.sql("UPDATE app.client SET updated_at = now()")
        try await fixture.queue.enqueue(Reconcile(reconciliation: id), of: fixture.tenant)
        try await finish(try await fixture.claim(Reconcile.self), fixture)
        #expect(try await items(fixture) == ["open object"])
    }

    @Test func `a walk that broke off goes on behind the last page it kept`() async throws {
        let (fixture, _) = try await differing()
        let (first, second) = (#"{"id":"cus_8","email":"x@c.example"}"#, #"{"id":"cus_9","email":"y@c.example"}"#)
        fixture.stripe.expect("GET /v1/customers", 200, StripeObject.list(first, more: true))
        fixture.stripe.expect("GET /v1/customers", .failure(.notSent(reason: "the line is dead")))
        let id = try await begin(fixture)
        try await fixture.queue.enqueue(Reconcile(reconciliation: id), of: fixture.tenant)
        let claim = try await fixture.claim(Reconcile.self)
        let outcome = try await fixture.perform(claim, by: ReconcileHandler())
        #expect(outcome.why?.code == "stripe_unreachable")
        #expect(try await fixture.sql("SELECT stage, cursor FROM app.reconciliation") == [["customers", "cus_8"]])
        fixture.stripe.expect("GET /v1/customers", 200, StripeObject.list(second))
        try await finish(try await fixture.again(Reconcile.self, after: outcome, claim), fixture)
        #expect(try await fixture.value("SELECT compared ->> 'customer' FROM app.reconciliation") == "2")
    }

    @Test func `a list that Stripe refuses ends the walk and closes nothing; so does another account`() async throws {
        let (fixture, _) = try await differing()
        try await walk(fixture)
        let refusal = StripeObject.error("invalid_request_error", "parameter_unknown")
        fixture.stripe.expect("GET /v1/customers", 400, refusal)
        for account in ["acct_1", "acct_2"] {
            let id = try await begin(fixture)
            try await fixture.sql("UPDATE app.connection SET account_id = '\(account)'")
            try await fixture.run(Reconcile(reconciliation: id), by: ReconcileHandler())
            #expect(
                try await fixture.value("SELECT status FROM app.reconciliation WHERE id = '\(id.rawValue)'") == "failed"
            )
        }
        #expect(try await items(fixture) == ["open email"])
    }

    @Test func `one walk at a time and one item for a difference: the database says so`() async throws {
        let (fixture, client) = try await differing()
        let id = try await begin(fixture)
        await #expect(throws: (any Error).self) { try await begin(fixture) }
        let item = """
            INSERT INTO app.drift_item (tenant_id, id, reconciliation_id, kind, object_kind, row_id, stripe_id, field)
            VALUES (\(fixture.tenant.id), gen_random_uuid(), '\(id.rawValue)', 'differs', 'customer', '\(client.rawValue)', 'cus_1', 'email')
            """
        try await fixture.sql(item)
        await #expect(throws: (any Error).self) { try await fixture.sql(item) }
        try await fixture.sql(
            "UPDATE app.drift_item SET status = 'repaired', direction = 'to_stripe', closed_at = now()")
        try await fixture.sql(item)
    }
}
