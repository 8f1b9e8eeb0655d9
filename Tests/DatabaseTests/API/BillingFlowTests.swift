import Billing
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import API

/// What the API writes for each wish, and what it refuses to write.
@Suite(.freshDatabase) struct BillingFlowTests {
    private func kinds() async throws -> [String] {
        try await TestDatabase.current.run("SELECT kind FROM app.command ORDER BY id").compactMap { $0[0] }
    }

    @Test func `E14 F11: without a card the subscription waits, access waits, and only the customer is asked for`()
        async throws
    {
        let tenant = try await Portal().makeTenant()
        let (price, client) = (try await tenant.makePrice(), try await tenant.makeClient())
        let answer = await tenant.post(
            "/v1/subscriptions", #"{"client": "\#(client)", "items": [{"price": "\#(price)"}]}"#)
        #expect(
            answer.status == 202 && answer["type"] == "client.publish" && answer.target.hasPrefix("sb_"),
            "\(answer.text)")
        #expect(try await kinds() == ["product.publish", "client.publish"])
        let subscription = await tenant.get("/v1/subscriptions/\(answer.target)")
        #expect(subscription["status"] == "awaiting_payment" && subscription["items"][0]?["price"] == .string(price))
        let access = await tenant.get("/v1/clients/\(client)/access")
        #expect(
            access.status == 200 && access["state"] == "awaiting_payment" && access["allowed"] == false,
            "\(access.text)")
        #expect(access["holds"][0]?["reason"] == "awaiting_payment")
        #expect(access["holds"][0]?["cause"]?["kind"] == "api_key")
        let history = await tenant.get("/v1/clients/\(client)/access/history")
        #expect(history["data"].arrayValue?.count == 1 && history["data"][0]?["to"] == "awaiting_payment")
    }

    @Test func `a client that Stripe knows needs no command at all: 201`() async throws {
        let tenant = try await Portal().makeTenant()
        let (price, client) = (try await tenant.makePrice(), try await tenant.makeClient(customer: true))
        let answer = await tenant.post(
            "/v1/subscriptions", #"{"client": "\#(client)", "items": [{"price": "\#(price)"}]}"#)
        #expect(answer.status == 201 && answer["status"] == "awaiting_payment", "\(answer.text)")
        #expect(try await kinds() == ["product.publish"])
    }

    @Test func `with a card it starts, and access stays`() async throws {
        let tenant = try await Portal().makeTenant()
        let (price, client) = (try await tenant.makePrice(), try await tenant.makeClient(card: true))
        let answer = await tenant.post(
            "/v1/subscriptions", #"{"client": "\#(client)", "items": [{"price": "\#(price)", "quantity": 3}]}"#)
        #expect(answer.status == 202 && answer["type"] == "subscription.start" && answer["status"] == "queued")
        let subscription = await tenant.get("/v1/subscriptions/\(answer.target)")
        #expect(subscription["status"] == "starting" && subscription["items"][0]?["quantity"] == 3)
        #expect(await tenant.get("/v1/clients/\(client)/access")["state"] == "active")
        let command = await tenant.get("/v1/commands/\(answer.id)")
        #expect(command["status"] == "queued" && command["target"]["id"] == .string(answer.target), "\(command.text)")
        #expect(command["why"].stringValue?.isEmpty == false)
    }

    @Test func `a start that is canceled leaves no subscription in the way of the next one`() async throws {
        let tenant = try await Portal().makeTenant()
        let (price, client) = (try await tenant.makePrice(), try await tenant.makeClient(card: true))
        let wish = #"{"client": "\#(client)", "items": [{"price": "\#(price)"}]}"#
        let first = await tenant.post("/v1/subscriptions", wish)
        #expect(await tenant.post("/v1/subscriptions", wish).status == 409)
        let canceled = await tenant.post("/v1/commands/\(first.id)/cancel", "{}")
        #expect(canceled.status == 200 && canceled["status"] == "canceled", "\(canceled.text)")
        #expect(await tenant.get("/v1/subscriptions/\(first.target)")["status"] == "canceled")
        let second = await tenant.post("/v1/subscriptions", wish)
        #expect(second.status == 202 && second["type"] == "subscription.start", "\(second.text)")
    }

    @Test func `what cannot be one subscription is refused, each for its reason`() async throws {
        let tenant = try await Portal().makeTenant()
        let client = try await tenant.makeClient(card: true)
        let monthly = try await tenant.makePrice()
        let yearly = try await tenant.makePrice(period: "yearly")
        let euros = try await tenant.makePrice(currency: "eur")
        let once = try await tenant.makePrice(period: nil)
        func subscribe(_ prices: String...) async -> Answer {
            let items = prices.map { #"{"price": "\#($0)"}"# }.joined(separator: ",")
            return await tenant.post("/v1/subscriptions", #"{"client": "\#(client)", "items": [\#(items)]}"#)
        }
        for (answer, status, code) in [
            (await subscribe(once), 422, "price_not_recurring"),
            (await subscribe(monthly, yearly), 422, "prices_mismatch"),
            (await subscribe(monthly, euros), 422, "prices_mismatch"), (await subscribe(), 400, "invalid_field"),
            (await subscribe(monthly, monthly), 422, "invalid_combination"),
            (await subscribe("price_123"), 400, "invalid_field"),
        ] { #expect(answer.status == status && answer.code == code, "\(answer.text)") }
        #expect(await subscribe(monthly).status == 202)
        let twice = await subscribe(monthly)
        #expect(twice.status == 409 && twice.code == "subscription_exists")
        let past = await tenant.post(
            "/v1/subscriptions", #"{"client": "\#(client)", "items": [{"price": "\#(yearly)"}], "start_at": 1}"#)
        #expect(past.status == 400 && past["param"] == "start_at", "\(past.text)")
    }

    @Test func `canceling one that Stripe never saw ends it here, and the waiting with it`() async throws {
        let tenant = try await Portal().makeTenant()
        let (price, client) = (try await tenant.makePrice(), try await tenant.makeClient(customer: true))
        let made = await tenant.post(
            "/v1/subscriptions", #"{"client": "\#(client)", "items": [{"price": "\#(price)"}]}"#)
        let ended = await tenant.post("/v1/subscriptions/\(made.id)/cancel")
        #expect(
            ended.status == 200 && ended["status"] == "canceled"
                && ended["cancellation_reason"] == "cancellation_requested")
        #expect(await tenant.get("/v1/clients/\(client)/access")["state"] == "active")
        let again = await tenant.post("/v1/subscriptions/\(made.id)/cancel")
        #expect(again.status == 409 && again.code == "subscription_over")
    }

    @Test func `canceling a running one is a command`() async throws {
        let tenant = try await Portal().makeTenant()
        let (price, client) = (try await tenant.makePrice(), try await tenant.makeClient(card: true))
        let made = await tenant.post(
            "/v1/subscriptions", #"{"client": "\#(client)", "items": [{"price": "\#(price)"}]}"#)
        let wrong = await tenant.post("/v1/subscriptions/\(made.target)/cancel", #"{"at": "tomorrow"}"#)
        #expect(wrong.status == 400 && wrong["param"] == "at")
        let ended = await tenant.post("/v1/subscriptions/\(made.target)/cancel", #"{"at": "period_end"}"#)
        #expect(ended.status == 202 && ended["type"] == "subscription.cancel")
    }

    @Test func `H2 H3 H4 H6: one-time invoices, and what they need`() async throws {
        let tenant = try await Portal().makeTenant()
        let (once, monthly) = (try await tenant.makePrice(period: nil), try await tenant.makePrice())
        let (rich, bare) = (try await tenant.makeClient(card: true), try await tenant.makeClient(email: nil))
        func bill(_ client: String, _ price: String, _ rest: String) async -> Answer {
            await tenant.post("/v1/invoices", #"{"client": "\#(client)", "price": "\#(price)", \#(rest)}"#)
        }
        for (answer, code) in [
            (await bill(bare, once, #""collection": "auto_charge""#), "no_payment_method"),
            (await bill(bare, once, #""collection": "request_payment""#), "client_admin_email_missing"),
            (await bill(rich, monthly, #""collection": "auto_charge""#), "price_not_one_time"),
            (await bill(rich, once, #""collection": "auto_charge", "days_until_due": 3"#), "invalid_field"),
            (await bill(rich, once, #""collection": "cash""#), "invalid_field"),
            (await bill(rich, once, #""collection": "auto_charge", "quantity": 100000"#), "amount_not_chargeable"),
            (await bill(rich, once, #""collection": "auto_charge", "quantity": 0"#), "invalid_field"),
        ] {
            let status = ["price_not_one_time", "amount_not_chargeable"].contains(code) ? 422 : 400
            #expect(answer.status == status && answer.code == code, "\(answer.text)")
        }
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM app.invoice") == "0")
        let charged = await bill(rich, once, #""collection": "auto_charge", "quantity": 2"#)
        #expect(charged.status == 202 && charged["type"] == "invoice.issue", "\(charged.text)")
        let invoice = await tenant.get("/v1/invoices/\(charged.target)")
        #expect(invoice["status"] == "preparing" && invoice["amount_due"] == ["amount": 5000, "currency": "usd"])
        let mailed = await bill(rich, once, #""collection": "request_payment""#)
        #expect(mailed.status == 202)
        #expect(await tenant.get("/v1/invoices/\(mailed.target)")["days_until_due"] == 30)
        #expect(await tenant.get("/v1/invoices?client=\(rich)")["data"].arrayValue?.count == 2)
    }

    @Test func `G7 G8: block and reactivate, each with actor, transition and audit; once is enough`() async throws {
        let tenant = try await Portal().makeTenant()
        let client = try await tenant.makeClient()
        let blocked = await tenant.post("/v1/clients/\(client)/access/block", #"{"reason": "chargeback"}"#)
        #expect(
            blocked.status == 200 && blocked["state"] == "blocked" && blocked["allowed"] == false, "\(blocked.text)")
        #expect(await tenant.post("/v1/clients/\(client)/access/block").status == 200)
        let back = await tenant.post("/v1/clients/\(client)/access/reactivate")
        #expect(back.status == 200 && back["state"] == "active" && back["holds"] == [])
        #expect(await tenant.post("/v1/clients/\(client)/access/reactivate").status == 200)
        let history = await tenant.get("/v1/clients/\(client)/access/history")["data"].arrayValue ?? []
        #expect(history.compactMap { $0["to"]?.stringValue } == ["active", "blocked"])
        #expect(history[0]["hold"]?["released"] == "manual" && history[0]["cause"]?["kind"] == "api_key")
        #expect(history[0]["cause"]?["id"]?.stringValue?.hasPrefix("key_") == true)
        let audit = try await TestDatabase.current.run(
            "SELECT action, actor FROM app.audit_entry WHERE action LIKE 'access.%' ORDER BY id")
        #expect(audit.count == 4 && audit.allSatisfy { $0[1]?.hasPrefix("key_") == true })
    }

    @Test func `who waits for its first card is not let in by reactivating`() async throws {
        let tenant = try await Portal().makeTenant()
        let (price, client) = (try await tenant.makePrice(), try await tenant.makeClient(customer: true))
        _ = await tenant.post("/v1/subscriptions", #"{"client": "\#(client)", "items": [{"price": "\#(price)"}]}"#)
        let answer = await tenant.post("/v1/clients/\(client)/access/reactivate")
        #expect(answer.status == 409 && answer.code == "client_not_blocked")
    }

    @Test func `clients change by what is mentioned; Stripe hears of those it knows`() async throws {
        let tenant = try await Portal().makeTenant()
        let client = try await tenant.makeClient()
        let changed = await tenant.patch(
            "/v1/clients/\(client)", #"{"phone": "+1 555", "admin_email": null, "country": "de"}"#)
        #expect(
            changed.status == 200 && changed["phone"] == "+1 555" && changed["admin_email"] == nil
                && changed["country"] == "DE")
        #expect(changed["name"] == "Client" && changed["access"] == "active")
        #expect(await tenant.patch("/v1/clients/\(client)", #"{"name": null}"#).status == 400)
        let known = try await tenant.makeClient(customer: true)
        let told = await tenant.patch("/v1/clients/\(known)", #"{"admin_email": "new@client.example"}"#)
        #expect(told.status == 202 && told["type"] == "client.publish")
    }

    @Test func `C3 C4: Connect makes one connection, and the other way is refused while it stands`() async throws {
        let tenant = try await Portal().makeTenant(connected: false)
        let wrong = await tenant.post("/v1/payment_processor/connect", #"{"country": "XX", "email": "o@a.co"}"#)
        #expect(wrong.status == 400 && wrong.code == "invalid_country")
        let begun = await tenant.post("/v1/payment_processor/connect", #"{"country": "us", "email": "o@a.co"}"#)
        #expect(begun.status == 202 && begun["type"] == "connect.onboard", "\(begun.text)")
        let link = await tenant.post("/v1/payment_processor/connect/onboarding_link")
        #expect(link.status == 202 && link["type"] == "connect.link")
        #expect(await tenant.post("/v1/payment_processor/connect/return").status == 202)
        let pasted = await tenant.post("/v1/payment_processor", #"{"secret_key": "sk_test_51abcdefghijklmnop"}"#)
        #expect(pasted.status == 409 && pasted.code == "payment_processor_in_use")
        let shown = await tenant.get("/v1/payment_processor")
        #expect(shown["mode"] == "connect" && shown["status"] == "onboarding" && shown["country"] == "US")
        #expect(shown["message"].stringValue?.contains("ontinue onboarding") == true)
        let ended = await tenant.portal.send(.delete, "/v1/payment_processor", key: tenant.key)
        #expect(ended.status == 202 && ended["type"] == "connection.disconnect")
        #expect(
            await tenant.post("/v1/payment_processor", #"{"secret_key": "sk_test_51abcdefghijklmnop"}"#).status == 202)
    }

    @Test func `a command is listed, canceled, and then over`() async throws {
        let tenant = try await Portal().makeTenant()
        let made = await tenant.post("/v1/payment_processor/verify")
        let list = await tenant.get("/v1/commands?status=pending&type=connection.check")
        #expect(list["data"].arrayValue?.count == 1 && list["data"][0]?["id"] == .string(made.id), "\(list.text)")
        let retried = await tenant.post("/v1/commands/\(made.id)/retry")
        #expect(retried.status == 409 && retried.code == "command_running")
        let canceled = await tenant.post("/v1/commands/\(made.id)/cancel")
        #expect(canceled.status == 200 && canceled["status"] == "canceled", "\(canceled.text)")
        #expect(await tenant.post("/v1/commands/\(made.id)/cancel").code == "command_finished")
        #expect(await tenant.get("/v1/commands?status=canceled")["data"].arrayValue?.count == 1)
        #expect(await tenant.get("/v1/commands?status=pending")["data"].arrayValue?.count == 0)
    }
}
