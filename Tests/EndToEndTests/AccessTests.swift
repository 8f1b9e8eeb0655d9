import HTTPTypes
import TestSupport
import Testing

extension EndToEnd {
    /// A client comes in when it has paid, and stays out when it has not.
    @Suite(.freshDatabase) struct AccessTests {
        @Test func `E14 G1 G2: without a card awaiting_payment and only a customer at Stripe, with one active`()
            async throws
        {
            try await RunningStack.with { stack in
                let portal = try await stack.newPortal()
                let key = try await portal.connect()
                let price = try await portal.sell(2_500, period: "monthly")
                let client = try await portal.addClient()
                let subscription = try await portal.subscribe(client, to: price)
                #expect(try await portal.wait(for: client, toBe: "awaiting_payment")["allowed"] == false)
                #expect(try await stack.standIn.stripe(.get, "/v1/subscriptions", key: key).json.members.isEmpty)

                let page = try await portal.openCardPage(client)
                #expect(try await stack.standIn.typeCard(page, "4000000000000002") == false)
                #expect(try await portal.get("/v1/clients/\(client)/access").string("state") == "awaiting_payment")

                try await portal.saveCard(client, at: stack.standIn)
                #expect(try await portal.wait(for: client, toBe: "active")["allowed"] == true)
                let now = try await portal.seen("/v1/subscriptions/\(subscription)", "active") {
                    $0.string("status") == "active"
                }
                #expect(now.string("stripe_id")?.hasPrefix("sub_") == true)
                #expect(try await stack.standIn.stripe(.get, "/v1/subscriptions", key: key).json.members.count == 1)
            }
        }

        @Test
        func `A1 G3 G5 G7 G8 G9: renewal, declines to blocked with its cause, by hand back in, and a new subscription`()
            async throws
        {
            try await RunningStack.with { stack in
                let portal = try await stack.newPortal()
                try await portal.connect()
                let price = try await portal.sell(2_500, period: "monthly")
                let client = try await portal.addClient()
                let subscription = try await portal.subscribe(client, to: price)
                try await portal.saveCard(client, at: stack.standIn)
                try await portal.wait(for: client, toBe: "active")

                try await stack.standIn.advance(days: 32)
                let paid = "/v1/invoices?client=\(client)&status=paid&limit=100"
                try await portal.seen(paid, "a second invoice is paid") { $0.json.members.count == 2 }

                try await portal.saveCard(client, "4000000000000341", at: stack.standIn)
                try await portal.cardsAdopted()
                try await stack.standIn.advance(days: 31)
                let late = try await portal.wait(for: client, toBe: "past_due")
                #expect(late["allowed"] == true)
                for _ in 0..<4 { try await stack.standIn.advance(days: 8) }
                let blocked = try await portal.wait(for: client, toBe: "blocked")
                #expect(blocked["allowed"] == false)
                for word in ["evt_", "hold_", "canceled_for_nonpayment", subscription] {
                    #expect(blocked.text.contains(word), "\(word) in \(blocked)")
                }
                let dead = try await portal.get("/v1/subscriptions/\(subscription)")
                #expect(
                    dead.string("status") == "canceled" && dead.string("cancellation_reason") == "payment_failed",
                    "\(dead)")

                let back = try await portal.post("/v1/clients/\(client)/access/reactivate", [:], wait: nil)
                #expect(back.string("state") == "active", "\(back)")
                #expect(try await portal.get("/v1/subscriptions/\(subscription)").string("status") == "canceled")

                try await portal.saveCard(client, at: stack.standIn)
                let again = try await portal.subscribe(client, to: price)
                try await portal.seen("/v1/subscriptions/\(again)", "active") { $0.string("status") == "active" }
                #expect(try await portal.wait(for: client, toBe: "active")["allowed"] == true)
            }
        }
    }
}
