import Foundation
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// A subscription that runs is changed, paused, and its end taken back.
    @Suite(.freshDatabase) struct SubscriptionChangeRows {
        @Test func `an end is planned and taken back, bills are paused and go on, the quantity changes`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let price = try await portal.sell(1_000, period: "monthly")
                let better = try await portal.sell(3_000, period: "monthly")
                let client = try await portal.addPayingClient(at: house.standIn)
                let id = try #require(try await portal.buy(client, ["price": .string(price)]).target)
                let path = "/v1/subscriptions/\(id)"
                let ending = try await portal.post("\(path)/cancel", ["at": "period_end"])
                #expect(ending["cancel_at_period_end"] == true, "\(ending)")
                let going = try await portal.post("\(path)/uncancel")
                #expect(going.status == 200 && going["cancel_at_period_end"] == false, "\(going)")
                let twice = try await portal.post("\(path)/uncancel")
                #expect(twice.status == 409 && twice.string("code") == "not_canceling")

                let paused = try await portal.post("\(path)/pause", ["behavior": "void"])
                #expect(paused["pause"]["behavior"] == "void" && paused.string("status") == "active", "\(paused)")
                let resumed = try await portal.post("\(path)/resume")
                #expect(resumed.status == 200 && resumed["pause"] == .null, "\(resumed)")

                let more = try await portal.post("\(path)/change", ["quantity": 3, "proration": "next_period"])
                #expect(more.status == 200 && more["items"][0]?["quantity"] == 3, "\(more)")
                let other = try await portal.post(
                    "\(path)/change", ["price": .string(better), "proration": "next_period"])
                #expect(other["items"].arrayValue?.count == 1, "\(other)")
                #expect(other["items"][0]?.string("price") == better)
                let there = try await house.standIn.stripe(
                    .get, "/v1/subscriptions/\(other.string("stripe_id") ?? "")", key: key)
                #expect(there["items"]["data"]?.arrayValue?.count == 1)
                try await house.standIn.advance(days: 32)
                #expect(try await portal.bills(of: id, 2)[1]["amount_paid"]?["amount"] == 3_000)
                let ended = try await portal.post("\(path)/cancel", ["at": "now"])
                #expect(ended.string("status") == "canceled")
                let late = try await portal.post("\(path)/change", ["quantity": 2])
                #expect(late.status == 409 && late.string("code") == "subscription_over")
            }
        }

        @Test func `a declined first start holds the client at the door, and is tried again by wish`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let price = try await portal.sell(1_000, period: "monthly")
                let client = try await portal.addPayingClient(at: house.standIn)
                try await portal.saveCard(client, "4000000000000341", at: house.standIn)
                let declined = try await portal.post(
                    "/v1/subscriptions", ["client": .string(client), "price": .string(price)])
                #expect(declined.status == 402 && declined.string("code") == "payment_failed", "\(declined)")
                try await portal.wait(for: client, toBe: "awaiting_payment")
                try await portal.saveCard(client, at: house.standIn)
                try await portal.wait(for: client, toBe: "active")
            }
        }
    }
}
