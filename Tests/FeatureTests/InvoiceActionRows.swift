import Foundation
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// What is done with invoices that are made, and what Stripe is left to do with unpaid ones.
    @Suite(.freshDatabase) struct InvoiceActionRows {
        @Test func `G6: the checklist says where failed payments are managed, and a subscription left unpaid warns`()
            async throws
        {
            let settings = [
                "stripe-stand-in": ["STRIPE_STAND_IN_RETRY_DAYS": "1", "STRIPE_STAND_IN_FINAL_OUTCOME": "unpaid"]
            ]
            try await House.with(changing: settings) { house in
                let (portal, _) = try await house.newShop()
                let list = try await portal.get("/v1/payment_processor")["checklist"].arrayValue ?? []
                let item = try #require(list.first { $0.string("id") == "manage_failed_payments" })
                #expect(item.string("text")?.contains("Manage failed payments") == true)
                let price = try await portal.sell(2_500, period: "monthly")
                let client = try await portal.addPayingClient(at: house.standIn)
                let id = try #require(try await portal.buy(client, ["price": .string(price)]).target)
                let own: JSON = ["dunning": ["block_on": "unpaid"]]
                let patched = try await portal.patch("/v1/subscriptions/\(id)", own, wait: nil)
                #expect(patched["dunning"]["block_on"] == "unpaid", "\(patched)")
                try await portal.saveCard(client, "4000000000000341", at: house.standIn)
                try await portal.cardsAdopted()
                try await house.standIn.advance(days: 32)
                try await house.standIn.advance(days: 5)
                let left = try await portal.seen("/v1/subscriptions/\(id)", "it is left unpaid") {
                    $0.string("status") == "unpaid"
                }
                #expect(left["warnings"][0]?.string("code") == "left_unpaid", "\(left)")
                #expect(left["warnings"][0]?.string("detail")?.contains("Manage failed payments") == true)
                // The checklist turns red: Stripe did not cancel it, so the setting is not the one that is asked for.
                let processor = try await portal.seen("/v1/payment_processor", "the item is not done") { seen in
                    seen["checklist"].arrayValue?.first { $0.string("id") == "manage_failed_payments" }?["done"]
                        == false
                }
                #expect(processor["warnings"].arrayValue?.isEmpty == false, "\(processor)")
                // Its own rule blocks although the tenant's would not.
                try await portal.wait(for: client, toBe: "blocked")
            }
        }

        @Test func `an open invoice is paid with a better card, another one is taken back, a paid one given back`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let price = try await portal.sell(5_000, period: nil)
                let client = try await portal.addPayingClient(at: house.standIn)
                try await portal.saveCard(client, "4000000000000341", at: house.standIn)
                var open: [String] = []
                for _ in 0..<2 {
                    let declined = try await portal.post(
                        "/v1/invoices",
                        ["client": .string(client), "price": .string(price), "collection": "auto_charge"])
                    #expect(declined.status == 402 && declined.string("code") == "payment_failed", "\(declined)")
                }
                let list = try await portal.seen("/v1/invoices?status=open", "both are open") {
                    $0.json.members.count == 2
                }
                open = list.json.members.compactMap { $0.string("id") }
                try await portal.saveCard(client, at: house.standIn)
                let paid = try await portal.post("/v1/invoices/\(open[0])/pay")
                #expect(paid.status == 200 && paid.string("status") == "paid", "\(paid)")
                let void = try await portal.post("/v1/invoices/\(open[1])/void")
                #expect(void.status == 200 && void.string("status") == "void", "\(void)")
                let again = try await portal.post("/v1/invoices/\(open[1])/pay")
                #expect(again.status == 409 && again.string("code") == "invoice_not_open")

                let tooMuch = try await portal.post("/v1/invoices/\(open[0])/refund", ["amount": 5_001])
                #expect(tooMuch.status == 422 && tooMuch.string("code") == "amount_too_large")
                let part = try await portal.post("/v1/invoices/\(open[0])/refund", ["amount": 2_000])
                #expect(part.status == 200 && part["refunds"][0]?["amount"]?["amount"] == 2_000, "\(part)")
                #expect(part["refunds"][0]?.string("status") == "succeeded")
                let rest = try await portal.post("/v1/invoices/\(open[0])/refund")
                #expect(rest["refunds"][1]?["amount"]?["amount"] == 3_000, "\(rest)")
                let refunds = try await house.standIn.stripe(.get, "/v1/refunds", key: key)
                #expect(refunds.json.members.count == 2)
            }
        }
    }
}
