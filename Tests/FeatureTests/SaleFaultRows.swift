import Foundation
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// From the purchase to the last invoice, each write to Stripe going wrong once: everything is done, and done once.
    @Suite(.freshDatabase) struct SaleFaultRows {
        private struct Walk {
            let house: House
            let portal: APIClient
            let fault: String

            /// The next write to a path goes wrong, after so many that do not; what was wished is done all the same.
            func wish(
                _ method: HTTPMethod, _ path: String, _ body: JSON = [:], at stripe: String, after skip: Int = 0,
                sent: HTTPMethod = .post
            ) async throws -> Answer {
                try await house.standIn.order([
                    "kind": .string(fault), "method": .string(sent.rawValue), "path": .string(stripe), "times": 1,
                    "skip": .integer(Int64(skip)),
                ])
                let headers = ["Idempotency-Key": UUID().uuidString, "Content-Type": "application/json"]
                let answer = try await portal.send(method, path, body, headers)
                guard answer.status == 202, let command = answer.string("id") else {
                    throw NeverHappened("\(path) is accepted: \(answer)")
                }
                let ended = try await portal.seen("/v1/commands/\(command)", "\(path) ends", within: .seconds(60)) {
                    !["queued", "running", "waiting_retry"].contains($0.string("status"))
                }
                #expect(ended.string("status") == "succeeded", "\(fault) \(path) \(ended)")
                return answer
            }

            /// How many charges Stripe made, and what they come to.
            func charged() async throws -> [Int64] {
                try await house.standIn.objects("charge").compactMap { $0["amount"]?.integerValue }.sorted()
            }
        }

        @Test(arguments: ["lost_answer", "error_500_with_effect", "error_500_without_effect", "truncated"])
        func `what is sold, changed, billed, given back and ended happens once, whatever becomes of an answer`(
            fault: String
        ) async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let walk = Walk(house: house, portal: portal, fault: fault)
                let (small, large) = (
                    try await portal.sell(1_000, period: "monthly"), try await portal.sell(4_000, period: "monthly")
                )
                let coupon = try await portal.addCoupon([
                    "percent_off": 10, "duration": "forever", "max_redemptions": 1,
                ])
                let client = try await portal.addPayingClient(at: house.standIn)
                let sold = try await walk.wish(
                    .post, "/v1/subscriptions", ["client": .string(client), "price": .string(small)],
                    at: "/v1/subscriptions")
                let path = "/v1/subscriptions/\(sold.target ?? "")"
                #expect(try await walk.charged() == [1_000])

                // Two more at once; then a period that begins anew.
                _ = try await walk.wish(
                    .post, "\(path)/change", ["quantity": 3, "proration": "invoice"], at: "/v1/subscriptions")
                #expect(try await walk.charged() == [1_000, 2_000])
                _ = try await walk.wish(
                    .post, "\(path)/change", ["quantity": 4, "proration": "reset"], at: "/v1/subscriptions")
                #expect(try await walk.charged() == [1_000, 1_000, 2_000])

                _ = try await walk.wish(
                    .put, "\(path)/coupon", ["coupon": .string(coupon)], at: "/v1/subscriptions")
                let given = try await portal.seen("/v1/coupons/\(coupon)", "it is counted") {
                    $0["times_redeemed"] != 0
                }
                #expect(given["times_redeemed"] == 1)
                _ = try await walk.wish(.post, "\(path)/pause", at: "/v1/subscriptions")
                _ = try await walk.wish(.post, "\(path)/resume", at: "/v1/subscriptions")
                #expect(try await portal.get(path)["pause"] == .null)

                // A plan for the next period is two writes; taking it back is one.
                for skip in 0...1 {
                    let later: JSON = ["price": .string(large), "proration": "next_period"]
                    _ = try await walk.wish(
                        .post, "\(path)/change", later, at: "/v1/subscription_schedules", after: skip)
                    let planned = try await portal.get(path)
                    #expect(planned["pending_change"]["items"]?[0]?.string("price") == large, "\(planned)")
                    _ = try await walk.wish(.delete, "\(path)/pending_change", at: "/v1/subscription_schedules")
                    let kept = try await portal.get(path)
                    #expect(kept["pending_change"] == .null && kept["items"][0]?["quantity"] == 4, "\(kept)")
                }
                #expect(try await house.standIn.objects("subscription_schedule").count == 2)

                _ = try await walk.wish(.post, "\(path)/cancel", ["at": "period_end"], at: "/v1/subscriptions")
                #expect(try await portal.get(path)["cancel_at_period_end"] == true)
                _ = try await walk.wish(.post, "\(path)/uncancel", at: "/v1/subscriptions")
                #expect(try await portal.get(path)["cancel_at_period_end"] == false)
                #expect(try await walk.charged() == [1_000, 1_000, 2_000])

                try await bill(walk, client, key)
                _ = try await walk.wish(
                    .post, "\(path)/cancel", ["at": "now"], at: "/v1/subscriptions", sent: .delete)
                #expect(try await portal.get(path).string("status") == "canceled")
                #expect(try await house.standIn.objects("subscription").count == 1)
                let calls = try await house.standIn.control(.get, "/requests?limit=20000").json.members
                #expect(calls.count { $0.string("fault") != nil } == 19)
            }
        }

        /// Four invoices, each with another of its four writes going wrong; then one of them given back and corrected.
        private func bill(_ walk: Walk, _ client: String, _ key: String) async throws {
            let once = try await walk.portal.sell(700, period: nil)
            let before = try await walk.house.standIn.objects("invoice").count
            var invoice = ""
            let writes = [("/v1/invoices", 0), ("/v1/invoiceitems", 0), ("/v1/invoices", 1), ("/v1/invoices", 2)]
            for (stripe, skip) in writes {
                let made = try await walk.wish(
                    .post, "/v1/invoices",
                    ["client": .string(client), "price": .string(once), "collection": "auto_charge"], at: stripe,
                    after: skip)
                invoice = made.target ?? ""
                let paid = try await walk.portal.get("/v1/invoices/\(invoice)")
                #expect(paid.string("status") == "paid" && paid["amount_paid"]["amount"] == 700, "\(paid)")
            }
            #expect(try await walk.house.standIn.objects("invoice").count == before + 4)
            #expect(try await walk.charged().filter { $0 == 700 }.count == 4)
            let path = "/v1/invoices/\(invoice)"
            _ = try await walk.wish(.post, "\(path)/refund", ["amount": 300], at: "/v1/refunds")
            _ = try await walk.wish(.post, "\(path)/credit_note", ["amount": 200], at: "/v1/credit_notes")
            let corrected = try await walk.portal.seen(path, "both are seen") {
                $0["amount_refunded"]["amount"] == 500
            }
            #expect(corrected["amount_credited"]["amount"] == 200, "\(corrected)")
            let refunds = try await walk.house.standIn.objects("refund").compactMap { $0["amount"]?.integerValue }
            #expect(refunds.sorted() == [200, 300])
        }
    }
}
