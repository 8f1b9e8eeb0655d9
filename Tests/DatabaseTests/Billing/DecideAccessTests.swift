import Daemon
import Foundation
import HTTPServer
import HTTPTypes
import Jobs
import Postgres
import TestSupport
import Testing

@testable import API
@testable import Billing

/// The shell around the access decision: what is read, what is written, and that every change tells its cause (V12).
@Suite(.freshDatabase) struct DecideAccessTests {
    private struct Scene: Sendable {
        let tenant: Tenancy
        let client: Client.ID
        let subscription: Subscription.ID

        /// Changes rows as a worker would have.
        func set(_ table: String, _ change: String) async throws {
            try await TestDatabase.current.run("UPDATE app.\(table) SET \(change) WHERE tenant_id = \(tenant.number)")
        }

        /// An open invoice of the subscription whose payment failed.
        func fail(at moment: String = "now()") async throws -> Invoice.ID {
            let id = Invoice.ID.new(at: WallClock.system.now())
            try await TestDatabase.current.run(
                """
                INSERT INTO app.invoice (tenant_id, id, client_id, subscription_id, collection, status, currency, amount_due, number,
                                         stripe_invoice, first_failed_at, hosted_invoice_url)
                VALUES (\(tenant.number), '\(id.rawValue)', '\(client.rawValue)', '\(subscription.rawValue)', 'auto_charge', 'open', 'usd',
                        2500, 'INV-7', 'in_\(id.rawValue)', \(moment), 'https://invoice.stripe.com/i')
                """)
            return id
        }

        /// Decides because of an event.
        func decide(_ event: String = "evt_1", at now: Timestamp = WallClock.system.now()) async throws -> AccessChange?
        {
            try await TestDatabase.current.run(
                """
                INSERT INTO app.stripe_event (tenant_id, event_id, type, source, created)
                VALUES (\(tenant.number), '\(event)', 'customer.subscription.deleted', 'webhook', now()) ON CONFLICT DO NOTHING
                """)
            return try await enter { [client] tx in
                try tx.projectAccess(of: client, because: AccessCause(.event, event), at: now)
            }
        }

        func enter<Output: Sendable>(
            _ body: @Sendable (borrowing Transaction<TenantScope>) throws -> Output
        ) async throws -> Output {
            let request = Request.make(.get, "/", key: tenant.key)
            let caller = try Caller(request, scope: "clients:read", pepper: tenant.portal.gateway.pepper)
            return try await tenant.portal.gateway.database.transaction(entering: caller.entry, body)
        }

        func access() async -> Answer { await tenant.get("/v1/clients/\(client)/access") }
    }

    /// A client with a card and one subscription.
    private func scene(_ status: String = "active") async throws -> Scene {
        let tenant = try await Portal().makeTenant()
        let client = try #require(Client.ID(try await tenant.makeClient(card: true)))
        let price = try await tenant.makePrice()
        let made = await tenant.post(
            "/v1/subscriptions", #"{"client": "\#(client)", "items": [{"price": "\#(price)"}]}"#)
        let scene = Scene(tenant: tenant, client: client, subscription: try #require(Subscription.ID(made.target)))
        try await scene.set("subscription", "status = '\(status)', stripe_subscription = 'sub_1'")
        return scene
    }

    @Test func `G5 G7 G8 G9: failed, canceled, blocked, reactivated; the chain names event, invoice, hold and policy`()
        async throws
    {
        let scene = try await scene()
        #expect(try await scene.decide() == nil)
        let invoice = try await scene.fail()
        try await scene.set("subscription", "status = 'past_due'")
        #expect(try await scene.decide("evt_failed") == AccessChange(from: .active, to: .pastDue))
        let warned = await scene.access()
        #expect(warned["allowed"] == true && warned["pay_url"] == "https://invoice.stripe.com/i", "\(warned.text)")

        try await scene.set("invoice", "status = 'void'")
        try await scene.set("subscription", "status = 'canceled', cancellation_reason = 'payment_failed'")
        #expect(try await scene.decide("evt_deleted") == AccessChange(from: .pastDue, to: .blocked))
        #expect(try await scene.decide("evt_deleted") == nil)
        let blocked = await scene.access()
        let hold = blocked["holds"][0]
        #expect(blocked["allowed"] == false && blocked["holds"].arrayValue?.count == 1, "\(blocked.text)")
        #expect(hold?["policy"] == "canceled_for_nonpayment" && hold?["invoice"] == .string(invoice.text))
        #expect(
            hold?["cause"]?["id"] == "evt_deleted" && hold?["cause"]?["event_type"] == "customer.subscription.deleted")

        let back = await scene.tenant.post("/v1/clients/\(scene.client)/access/reactivate")
        #expect(back["state"] == "active")
        #expect(await scene.tenant.get("/v1/subscriptions/\(scene.subscription)")["status"] == "canceled")
        #expect(try await scene.decide("evt_again") == nil)
        let history = await scene.tenant.get("/v1/clients/\(scene.client)/access/history")
        #expect(
            history["data"].arrayValue?.compactMap { $0["to"]?.stringValue } == ["active", "blocked", "past_due"],
            "\(history.text)")
        #expect(
            history["data"][1]?["invoice_number"] == "INV-7" && history["data"][1]?["hold"]?["released"] == "manual")
    }

    @Test func `paid ends the warning, and the block of the policy past_due_immediately`() async throws {
        let scene = try await scene("past_due")
        try await TestDatabase.current.run("UPDATE app.tenant SET block_on = 'past_due_immediately'")
        _ = try await scene.fail()
        #expect(try await scene.decide() == AccessChange(from: .active, to: .blocked))
        try await scene.set("invoice", "status = 'paid'")
        #expect(try await scene.decide() == nil)
        try await scene.set("subscription", "status = 'active'")
        #expect(try await scene.decide() == AccessChange(from: .blocked, to: .active))
    }

    @Test func `grace_elapsed: one job for the end of the grace, and the block when it is over`() async throws {
        let scene = try await scene("past_due")
        try await TestDatabase.current.run("UPDATE app.tenant SET block_on = 'grace_elapsed', grace_days = 3")
        _ = try await scene.fail()
        #expect(try await scene.decide() == AccessChange(from: .active, to: .pastDue))
        #expect(try await scene.decide() == nil)
        let jobs = try await TestDatabase.current.run(
            """
            SELECT c.payload ->> 'client', j.state, j.run_at > now() + interval '71 hours'
              FROM app.command c JOIN jobq.job j USING (id) WHERE c.kind = 'access.deadline'
            """)
        #expect(jobs == [[scene.client.text, "2", "t"]])
        let later = WallClock.system.now() + .seconds(3 * 86_400 + 1)
        #expect(try await scene.decide("evt_2", at: later) == AccessChange(from: .pastDue, to: .blocked))
    }

    @Test func `the state is never changed without a transition, and both tell the same`() async throws {
        let scene = try await scene()
        for (status, reason) in [
            ("past_due", "NULL"), ("active", "NULL"), ("unpaid", "NULL"), ("canceled", "'payment_failed'"),
        ] {
            try await scene.set("subscription", "status = '\(status)', cancellation_reason = \(reason)")
            _ = try await scene.decide("evt_\(status)")
        }
        let rows = try await TestDatabase.current.run(
            "SELECT from_state, to_state FROM app.access_transition ORDER BY id")
        for (earlier, later) in zip(rows, rows.dropFirst()) { #expect(earlier[1] == later[0]) }
        #expect(rows.last?[1] == (await scene.access()["state"].stringValue))
        #expect(rows.count == 4)
    }

    @Test func `a closed client stays closed`() async throws {
        let scene = try await scene("canceled")
        try await scene.set("client", "access_state = 'closed'")
        #expect(try await scene.decide() == nil)
        for action in ["reactivate", "block"] {
            let answer = await scene.tenant.post("/v1/clients/\(scene.client)/access/\(action)")
            #expect(answer.status == 409 && answer.code == "client_closed")
        }
    }

    @Test func `while Stripe cannot be asked the state keeps its value and says since when`() async throws {
        let scene = try await scene()
        #expect(await scene.access()["stale_since"] == nil)
        try await scene.set("connection", "status = 'invalid', updated_at = '2026-01-01T00:00:00Z'")
        let stale = await scene.access()
        #expect(stale["state"] == "active" && stale["stale_since"] == 1_767_225_600)
    }
}
