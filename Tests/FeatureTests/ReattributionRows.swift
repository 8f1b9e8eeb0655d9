import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// Events that counted on one meter and not on another are attributed anew for the other, and on no meter twice.
    @Suite(.freshDatabase) struct ReattributionRows {
        private func status(_ event: Answer, _ meter: JSON) -> String? {
            let id = meter.string("id")
            return event["entries"].arrayValue?.first { $0.string("meter") == id }?.string("status")
        }

        @Test func `reattribution: what one meter counted stays, what the other missed is counted once`() async throws {
            try await House.with { house in
                let scene = try await UsageRows.scene(
                    house, platform: "text",
                    items: [UsageRows.usage("interactions", 1), UsageRows.usage("conversations", 10)])
                let (portal, agent) = (scene.portal, scene.agents[0])
                let meters = try await portal.get("/v1/meters?limit=100").json.members
                let messages = try #require(meters.first { $0.string("metric") == "interactions" })
                let talks = try #require(meters.first { $0.string("metric") == "conversations" })
                let path = "/v1/meters/\(talks.string("id") ?? "")"
                let off = try await portal.post(path + "/deactivate")
                #expect(off.string("status") == "inactive", "\(off)")
                let told: JSONObject = ["conversation_id": "talk", "messages": 2]
                let first = try await portal.use(agent, told)
                #expect(status(first, messages) == "metered" && status(first, talks) == "not_metered", "\(first)")
                let second = try await portal.use(agent, told)
                _ = try await portal.sums(of: messages, toBe: [scene.customer: 4])
                // One is taken back before anybody looks again: it counts nowhere any more.
                let gone = try await portal.use(agent, ["conversation_id": "other", "messages": 1])
                let void = try await portal.post("/v1/usage_events/\(gone.string("id") ?? "")/void")
                #expect(void.status < 300, "\(void)")

                #expect(try await portal.post(path + "/reactivate").string("status") == "active")
                for _ in 0..<2 {
                    let again = try await portal.post("/v1/usage_events/reattribute", [:])
                    #expect(again.status < 300, "\(again)")
                    for event in [first, second] {
                        try await portal.seen("/v1/usage_events/\(event.string("id") ?? "")", "it counts twofold") {
                            status($0, talks) == "metered" && status($0, messages) == "metered"
                                && $0["entries"].arrayValue?.count == 2
                        }
                    }
                    try await house.settled()
                }
                _ = try await portal.sums(of: talks, toBe: [scene.customer: 1])
                _ = try await portal.sums(of: messages, toBe: [scene.customer: 4])
                for (meter, value) in [(messages, 4), (talks, 1)] as [(JSON, Int64)] {
                    #expect(try await house.standIn.summary(of: meter, scene.customer, key: scene.key) == value)
                }
                #expect(try await house.value("SELECT count(*) FROM app.usage_intake") == "0")
                let twice = """
                    SELECT count(*) FROM (SELECT 1 FROM app.usage_entry WHERE meter_id IS NOT NULL
                      GROUP BY event_uid, meter_id HAVING count(*) > 1) x
                    """
                #expect(try await house.value(twice) == "0")
                let taken = try await portal.get("/v1/usage_events/\(gone.string("id") ?? "")")
                #expect(taken.string("status") == "voided", "\(taken)")
            }
        }

        @Test func `A2: rules and bills that stay in the account that is left are named, and nothing is sent for them`()
            async throws
        {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let payer = try await portal.addCustomer("Bakery", mail: "a@bakery.example")
                let bot = try await portal.addBot(of: payer.client)
                let meter = try await portal.addMeter("messages")
                let rule = "/v1/agents/\(bot)/metering_rule"
                let form: JSONObject = [
                    "meter": meter["id"] ?? .null, "metering_type": "messages", "customer_mode": "static",
                    "static_customer": .string(payer.stripe),
                ]
                #expect(try await portal.put(rule, .object(form), wait: nil).string("status") == "active")
                try await portal.use(bot)
                _ = try await portal.sums(of: meter, toBe: [payer.stripe: 1])
                let once = try await portal.sell(1_500, period: nil)
                let asked = try await portal.post(
                    "/v1/invoices",
                    [
                        "client": .string(payer.client), "price": .string(once), "collection": "request_payment",
                        "days_until_due": 30,
                    ])
                let invoice = try #require(asked.target, "\(asked)")
                let bill = try await portal.seen("/v1/invoices/\(invoice)", "it is open") {
                    $0.string("status") == "open"
                }
                let number = try #require(bill.string("stripe_id"))

                let key = Keys.secret()
                let path = "/v1/payment_processor/switch_account"
                let told = try await portal.post(path, ["secret_key": .string(key)])
                #expect(told["orphans"]["invoice"] == ["count": 1, "ids": [.string(number)]], "\(told)")
                #expect(told["orphans"]["metering_rule"] == ["count": 1, "ids": [.string(payer.stripe)]], "\(told)")
                #expect(try await portal.get(rule).string("status") == "active")
                let account = try #require(told.string("to"))
                let done = try await portal.post(
                    path, ["secret_key": .string(key), "account": .string(account), "dry_run": false])
                #expect(done.string("account_id") == account, "\(done)")
                let left = try #require(told.string("from"))

                // The rule is marked, counts nothing, and cannot be saved as it is.
                #expect(try await portal.get(rule).string("status") == "customer_left")
                try await portal.seen("/v1/meters/\(meter.string("id") ?? "")", "the meter is made anew") {
                    $0.string("status") == "active"
                }
                let lost = try await portal.use(bot)
                #expect(lost["entries"][0]?["reason"] == "customer_not_at_stripe", "\(lost)")
                let refused = try await portal.put(rule, .object(form), wait: nil)
                #expect(refused.status == 409 && refused.string("code") == "account_changed", "\(refused)")
                #expect(refused.string("detail")?.contains(left) == true)
                // Neither is the bill, and nobody misses it in the new account.
                for action in ["void", "send"] {
                    let answer = try await portal.post("/v1/invoices/\(invoice)/\(action)")
                    #expect(answer.status == 409 && answer.string("code") == "account_changed", "\(answer)")
                    #expect(answer.string("detail")?.contains(left) == true)
                }
                try await house.sql("UPDATE app.tenant SET settle_seconds = 0")
                try await house.settled()
                #expect(try await portal.reconcile()["drift"] == ["new": 0, "known": 0, "gone": 0])
                // A rule for a customer of the new account counts what was lost.
                let other = try await portal.addCustomer("Mill", mail: "m@mill.example")
                var better = form
                better["static_customer"] = .string(other.stripe)
                #expect(try await portal.put(rule, .object(better), wait: nil).string("status") == "active")
                _ = try await portal.post("/v1/usage_events/reattribute", [:])
                _ = try await portal.sums(of: meter, toBe: [payer.stripe: 1, other.stripe: 1])
            }
        }
    }
}
