import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import API

/// What becomes of the thing a command was about when the command is canceled before it ran: nothing waits for ever for
/// what will not happen.
@Suite(.freshDatabase) struct CanceledCommandTests {
    private func value(_ text: String) async throws -> String? { try await TestDatabase.current.value(text) }

    /// An invoice of 25.00 that Stripe made.
    private func addInvoice(_ tenant: Tenancy, of client: String, _ status: String) async throws -> String {
        let id = UUID()
        try await TestDatabase.current.run(
            """
            INSERT INTO app.invoice (tenant_id, id, client_id, stripe_invoice, collection, status, currency, amount_due,
              amount_paid, total, amount_remaining)
            SELECT \(tenant.number), '\(id)', c.id, 'in_1', 'auto_charge', '\(status)', 'usd', 2500,
                   \(status == "paid" ? 2500 : 0), 2500, \(status == "paid" ? 0 : 2500)
              FROM app.client c WHERE 'cl_' || replace(c.id::text, '-', '') = '\(client)'
            """)
        return "iv_" + id.uuidString.lowercased().replacing("-", with: "")
    }

    private func cancel(_ command: Answer, _ tenant: Tenancy) async {
        let canceled = await tenant.post("/v1/commands/\(command.id)/cancel")
        #expect(canceled.status == 200 && canceled["status"] == "canceled", "\(canceled.text)")
    }

    @Test func `money that was not given back after all can be given back`() async throws {
        let tenant = try await Portal().makeTenant()
        let client = try await tenant.makeClient(card: true)
        let path = "/v1/invoices/\(try await addInvoice(tenant, of: client, "paid"))"
        let first = await tenant.post("\(path)/refund")
        #expect(first.status == 202, "\(first.text)")
        #expect(await tenant.post("\(path)/refund").code == "amount_too_large")
        await cancel(first, tenant)
        #expect(await tenant.get(path)["refunds"][0]?["status"] == "canceled")
        let second = await tenant.post("\(path)/refund")
        #expect(second.status == 202, "\(second.text)")
    }

    @Test(arguments: ["paid", "open"])
    func `a correction that was not made after all can be made`(status: String) async throws {
        let tenant = try await Portal().makeTenant()
        let client = try await tenant.makeClient(card: true)
        let path = "/v1/invoices/\(try await addInvoice(tenant, of: client, status))"
        let first = await tenant.post("\(path)/credit_note", #"{"amount": 2500}"#)
        #expect(first.status == 202, "\(first.text)")
        #expect(await tenant.post("\(path)/credit_note", #"{"amount": 1}"#).code == "amount_too_large")
        await cancel(first, tenant)
        #expect(await tenant.get(path)["credit_notes"][0]?["status"] == "failed")
        let second = await tenant.post("\(path)/credit_note", #"{"amount": 2500}"#)
        #expect(second.status == 202, "\(second.text)")
    }

    @Test func `an invoice that will not be issued has failed, and says why`() async throws {
        let tenant = try await Portal().makeTenant()
        let (price, client) = (try await tenant.makePrice(period: nil), try await tenant.makeClient(card: true))
        let made = await tenant.post(
            "/v1/invoices", #"{"client": "\#(client)", "price": "\#(price)", "collection": "auto_charge"}"#)
        #expect(made.status == 202, "\(made.text)")
        await cancel(made, tenant)
        let invoice = await tenant.get("/v1/invoices/\(made.target)")
        #expect(
            invoice["status"] == "failed" && invoice["problem"]["code"] == "command_canceled", "\(invoice.text)")
    }

    @Test func `credits that will not be bought are not paid for, and money for credits can be given back later`()
        async throws
    {
        let tenant = try await Portal().makeTenant()
        let client = try await tenant.makeClient(card: true)
        let pricing = #"{"agency_cost": "0.004", "currency": "usd"}"#
        _ = await tenant.portal.send(.put, "/v1/credit_pricing", key: tenant.key, body: pricing)
        func buy() async -> Answer {
            let quote = await tenant.post("/v1/credit_quotes", #"{"client": "\#(client)", "amount": 1000}"#)
            return await tenant.post("/v1/credit_purchases", #"{"quote": "\#(quote.id)"}"#)
        }
        let first = await buy()
        #expect(first.status == 202, "\(first.text)")
        await cancel(first, tenant)
        let purchase = await tenant.get("/v1/credit_purchases/\(first.target)")
        #expect(
            purchase["status"] == "failed" && purchase["problem"]["code"] == "command_canceled", "\(purchase.text)")

        let second = await buy()
        try await TestDatabase.current.run(
            "UPDATE app.credit_purchase SET status = 'paid', paid_at = now() WHERE status = 'preparing'")
        let path = "/v1/credit_purchases/\(second.target)"
        let refund = await tenant.post("\(path)/refund")
        #expect(refund.status == 202, "\(refund.text)")
        #expect(await tenant.post("\(path)/refund").code == "refund_above_remainder")
        await cancel(refund, tenant)
        #expect(await tenant.get(path)["refunds"][0]?["status"] == "canceled")
        #expect(await tenant.post("\(path)/refund").status == 202)
    }

    @Test func `a coupon that will not be made has failed, and is not given to anybody`() async throws {
        let tenant = try await Portal().makeTenant()
        let made = await tenant.post("/v1/coupons", #"{"name": "Spring", "percent_off": "20", "duration": "once"}"#)
        #expect(made.status == 202, "\(made.text)")
        await cancel(made, tenant)
        let coupon = await tenant.get("/v1/coupons/\(made.target)")
        #expect(coupon["status"] == "failed" && coupon["problem"]["code"] == "command_canceled", "\(coupon.text)")
        let (price, client) = (try await tenant.makePrice(), try await tenant.makeClient(card: true))
        let sale = await tenant.post(
            "/v1/subscriptions",
            #"{"client": "\#(client)", "items": [{"price": "\#(price)"}], "coupon": "\#(made.target)"}"#)
        #expect(sale.status == 422 && sale.code == "coupon_expired", "\(sale.text)")
    }

    @Test func `E14: a start that is canceled no longer keeps its client at the door, and the portal is told`()
        async throws
    {
        let tenant = try await Portal().makeTenant()
        let (price, client) = (try await tenant.makePrice(), try await tenant.makeClient(customer: true))
        let sold = await tenant.post(
            "/v1/subscriptions", #"{"client": "\#(client)", "items": [{"price": "\#(price)"}]}"#)
        #expect(sold.status == 201 && sold["status"] == "awaiting_payment", "\(sold.text)")
        try await TestDatabase.current.run("UPDATE app.client SET payment_method = 'pm_1'")
        let start = await tenant.post("/v1/subscriptions/\(sold.id)/start")
        #expect(start.status == 202, "\(start.text)")
        await cancel(start, tenant)
        #expect(await tenant.get("/v1/subscriptions/\(sold.id)")["status"] == "canceled")
        #expect(await tenant.get("/v1/clients/\(client)/access")["state"] == "active")
        #expect(
            try await value("SELECT count(*) FROM app.portal_event WHERE type = 'subscription.canceled'") == "1")
    }

    @Test func `V8: a second start that is canceled leaves alone what the first one is about`() async throws {
        let tenant = try await Portal().makeTenant()
        let (price, client) = (try await tenant.makePrice(), try await tenant.makeClient(customer: true))
        let sold = await tenant.post(
            "/v1/subscriptions", #"{"client": "\#(client)", "items": [{"price": "\#(price)"}]}"#)
        try await TestDatabase.current.run("UPDATE app.client SET payment_method = 'pm_1'")
        let path = "/v1/subscriptions/\(sold.id)"
        let starts = [await tenant.post("\(path)/start"), await tenant.post("\(path)/start")]
        #expect(starts.map(\.status) == [202, 202])
        // The first one is on its way to Stripe.
        try await TestDatabase.current.run("UPDATE app.subscription SET status = 'starting'")
        await cancel(starts[1], tenant)
        #expect(await tenant.get(path)["status"] == "starting")
        // Now Stripe begins it later.
        try await TestDatabase.current.run(
            "UPDATE app.subscription SET status = 'scheduled', stripe_schedule = 'sub_sched_1'")
        await cancel(starts[0], tenant)
        #expect(await tenant.get(path)["status"] == "scheduled")
    }
}
