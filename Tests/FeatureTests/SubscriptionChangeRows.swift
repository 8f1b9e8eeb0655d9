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

                // What is planned for the next period is shown, and nothing has changed yet.
                let more = try await portal.post("\(path)/change", ["quantity": 3, "proration": "next_period"])
                #expect(more.status == 200 && more["items"][0]?["quantity"] == 1, "\(more)")
                #expect(more["pending_change"]["items"]?[0]?["quantity"] == 3, "\(more)")
                #expect(more["pending_change"]["at"] == more["current_period_end"])
                let coupon = try await portal.addCoupon(["percent_off": 20, "duration": "once"])
                let early = try await portal.put("\(path)/coupon", ["coupon": .string(coupon)])
                #expect(early.status == 409 && early.string("code") == "change_pending", "\(early)")
                let kept = try await portal.delete("\(path)/pending_change")
                #expect(kept.status == 200 && kept["pending_change"] == .null, "\(kept)")
                let nothing = try await portal.delete("\(path)/pending_change")
                #expect(nothing.status == 409 && nothing.string("code") == "no_pending_change")

                let other = try await portal.post(
                    "\(path)/change", ["price": .string(better), "proration": "next_period"])
                #expect(other["pending_change"]["items"]?[0]?.string("price") == better, "\(other)")
                try await house.standIn.advance(days: 32)
                #expect(try await portal.bills(of: id, 2)[1]["amount_paid"]?["amount"] == 3_000)
                let changed = try await portal.seen(path, "what was planned has happened") {
                    $0["pending_change"] == .null && $0["items"][0]?.string("price") == better
                }
                #expect(changed["items"].arrayValue?.count == 1, "\(changed)")
                // No schedule is left behind: with one its end could not be planned.
                let there = "/v1/subscriptions/\(changed.string("stripe_id") ?? "")"
                try await eventually("the schedule is off", within: .seconds(30)) {
                    try await house.standIn.stripe(.get, there, key: key)["schedule"] == .null
                }
                let ended = try await portal.post("\(path)/cancel", ["at": "now"])
                #expect(ended.string("status") == "canceled")
                let late = try await portal.post("\(path)/change", ["quantity": 2])
                #expect(late.status == 409 && late.string("code") == "subscription_over")
            }
        }

        @Test
        func `an end with the period ends it then and bills no more; what is paused costs nothing until it goes on`()
            async throws
        {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let price = try await portal.sell(1_000, period: "monthly")
                var sold: [String] = []
                for _ in 0..<2 {
                    let client = try await portal.addPayingClient(at: house.standIn)
                    let id = try #require(try await portal.buy(client, ["price": .string(price)]).target)
                    #expect(try await portal.bills(of: id, 1)[0]["amount_paid"]?["amount"] == 1_000)
                    sold.append(id)
                }
                let (ending, paused) = ("/v1/subscriptions/\(sold[0])", "/v1/subscriptions/\(sold[1])")
                let planned = try await portal.post("\(ending)/cancel", ["at": "period_end"])
                #expect(planned.string("status") == "active" && planned["cancel_at_period_end"] == true, "\(planned)")
                #expect(try await portal.post("\(paused)/pause", ["behavior": "void"]).status == 200)
                try await house.standIn.advance(days: 32)
                let over = try await portal.seen(ending, "its end came") { $0.string("status") == "canceled" }
                #expect(over.string("cancellation_reason") == "cancellation_requested", "\(over)")
                #expect(try await portal.get("/v1/invoices?subscription=\(sold[0])").json.members.count == 1)
                let skipped = try await portal.seen("/v1/invoices?subscription=\(sold[1])&status=void", "not charged") {
                    $0.json.members.count == 1
                }
                #expect(skipped.json.members[0]["amount_paid"]?["amount"] == 0, "\(skipped)")
                let on = try await portal.post("\(paused)/resume")
                #expect(on.status == 200 && on["pause"] == .null && on.string("status") == "active", "\(on)")
                try await house.standIn.advance(days: 32)
                #expect(try await portal.bills(of: sold[1], 2).map { $0["amount_paid"]?["amount"] } == [1_000, 1_000])
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
                let waiting = try await portal.get("/v1/subscriptions?client=\(client)").json.members[0]
                let again = try await portal.post("/v1/subscriptions/\(waiting.string("id") ?? "")/start")
                #expect(again.status == 402 && again.string("code") == "payment_failed", "the same card: \(again)")
                try await portal.saveCard(client, at: house.standIn)
                try await portal.wait(for: client, toBe: "active")
            }
        }
    }
}
