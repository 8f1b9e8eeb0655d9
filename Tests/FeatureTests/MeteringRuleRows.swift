import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// A metering rule per chatbot (seed 004).
    @Suite(.freshDatabase) struct MeteringRuleRows {
        @Test func `M3 M4 M5 M11 M12 M14: the Metering tab offers what is there, and saves versions`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let payer = try await portal.addCustomer("Bakery", mail: "a@bakery.example")
                let bot = try await portal.addBot(of: payer.client)
                let path = "/v1/agents/\(bot)/metering_rule"
                let empty = try await portal.get(path)
                #expect(empty.string("status") == "none" && empty["options"]["meters"] == [])
                #expect(empty["options"]["notice"]?.stringValue?.contains("Create a meter and a product first") == true)
                #expect(empty["options"]["meters_url"]?.stringValue?.contains("stripe.com") == true)

                let meter = try await portal.addMeter("messages")
                let offered = try await portal.get(path)["options"]
                #expect(offered["notice"] == .null && offered["meters"]?[0]?["id"] == meter["id"])
                #expect(
                    offered["identify_by"]
                        == [
                            ["value": "email", "label": "Customer Email", "recommended": true],
                            ["value": "name", "label": "Customer Name", "recommended": false],
                            ["value": "phone", "label": "Customer Phone", "recommended": false],
                        ])

                var form: JSONObject = [
                    "meter": meter["id"] ?? .null, "metering_type": "messages", "customer_mode": "static",
                ]
                let nobody = try await portal.put(path, .object(form), wait: nil)
                #expect(nobody.status == 400 && nobody.string("param") == "static_value", "\(nobody)")
                #expect(nobody.string("detail")?.contains("Customer Email") == true)
                form["identify_by"] = "phone"
                let label = try await portal.put(path, .object(form), wait: nil)
                #expect(label.string("detail")?.contains("Customer Phone") == true)
                form["identify_by"] = nil
                form["static_value"] = "a@bakery.example"
                let saved = try await portal.put(path, .object(form), wait: nil)
                #expect(
                    saved.status == 200 && saved["version"] == 1 && saved.string("identify_by") == "email", "\(saved)")

                // Version 2 is for what comes later: what came before keeps its count.
                let before = try await portal.use(bot, ["credits": 3])
                #expect(before["entries"][0]?["value"] == 1 && before["entries"][0]?["rule_version"] == 1)
                form["metering_type"] = "message_credits"
                #expect(try await portal.put(path, .object(form), wait: nil)["version"] == 2)
                let after = try await portal.use(bot, ["credits": 3])
                #expect(after["entries"][0]?["value"] == 3 && after["entries"][0]?["rule_version"] == 2)
                _ = try await portal.sums(of: meter, toBe: [payer.stripe: 4])

                // A meter that is switched off can neither be chosen, nor counts what still comes for it.
                _ = try await portal.post("/v1/meters/\(meter.string("id") ?? "")/deactivate")
                let off = try await portal.put(path, .object(form), wait: nil)
                #expect(off.status == 422 && off.string("code") == "meter_inactive", "\(off)")
                #expect(off.string("param") == "meter")
                let idle = try await portal.use(bot, ["credits": 3])
                #expect(idle.string("status") == "not_metered" && idle.string("reason") == "meter_inactive", "\(idle)")
            }
        }

        @Test func `M6 M7: a message that costs three credits counts three, or one`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let payer = try await portal.addCustomer("Bakery", mail: "a@bakery.example")
                for (type, value) in [("message_credits", 3), ("messages", 1)] as [(String, Int64)] {
                    let meter = try await portal.addMeter(type)
                    let bot = try await portal.addBot(of: payer.client)
                    let saved = try await portal.put(
                        "/v1/agents/\(bot)/metering_rule",
                        [
                            "meter": meter["id"] ?? .null, "metering_type": .string(type), "customer_mode": "static",
                            "static_customer": .string(payer.stripe),
                        ], wait: nil)
                    #expect(saved.status == 200, "\(saved)")
                    try await portal.use(bot, ["credits": 3])
                    _ = try await portal.sums(of: meter, toBe: [payer.stripe: value])
                    #expect(try await house.standIn.summary(of: meter, payer.stripe, key: key) == value)
                }
            }
        }

        @Test func `M8 M13 M15 M16: the static customer pays whoever the lead is, on the agency's own account`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let payer = try await portal.addCustomer("Bakery", mail: "a@bakery.example")
                _ = try await portal.addCustomer("Florist", mail: "b@florist.example")
                let meter = try await portal.addMeter("messages")
                let bot = try await portal.addBot(of: payer.client)
                // The reseller sells its customer the use of that meter, in its own Stripe account.
                let price = try await portal.makePrice([
                    "pricing_model": "usage_based", "billing_period": "monthly", "meter": meter["id"] ?? .null,
                    "price": ["amount": 50, "currency": "usd"],
                ])
                let sold = try await house.standIn.stripe(
                    .post, "/v1/subscriptions", key: key,
                    form: [
                        ("customer", payer.stripe), ("items[0][price]", price.string("stripe_id") ?? ""),
                        ("collection_method", "send_invoice"), ("days_until_due", "30"),
                    ])
                #expect(sold.status == 200, "\(sold)")
                _ = try await portal.put(
                    "/v1/agents/\(bot)/metering_rule",
                    [
                        "meter": meter["id"] ?? .null, "metering_type": "messages", "customer_mode": "static",
                        "static_value": "A@Bakery.example",
                    ], wait: nil)
                for mail in ["b@florist.example", "c@else.example"] {
                    let event = try await portal.use(bot, ["lead": ["email": .string(mail)]])
                    #expect(event.string("status") == "metered")
                    #expect(event["entries"][0]?["customer"]?.stringValue == payer.stripe)
                }
                let sums = try await portal.sums(of: meter, toBe: [payer.stripe: 2])
                #expect(try await house.standIn.summary(of: meter, payer.stripe, key: key) == 2)
                // The page links to the meter and shows Stripe's names of what it was told.
                #expect(sums.string("dashboard_url")?.hasSuffix(meter.string("stripe_id") ?? "?") == true)
                let names = sums["customers"][0]?["identifiers"]?.arrayValue ?? []
                #expect(!names.isEmpty && names.allSatisfy { $0.stringValue?.hasPrefix("tg-") == true })
                let there = try await house.standIn.control(.get, "/usage?customer=\(payer.stripe)").json.members
                #expect(Set(there.map { $0["identifier"] }) == Set(names), "as they stand on Stripe's page: \(there)")
                try await house.standIn.advance(days: 32)
                let path = "/v1/invoices?subscription=\(sold.string("id") ?? "")&limit=100"
                let bills = try await house.standIn.stripe(.get, path, key: key).json.members
                #expect(bills.compactMap { $0["total"]?.integerValue }.filter { $0 > 0 } == [100], "\(bills)")
            }
        }

        @Test func `M9 M10: each lead's own customer pays; whoever is not known, or known twice, does not`()
            async throws
        {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let one = try await portal.addCustomer("Bakery", mail: "a@bakery.example", phone: "+49 30 1234")
                let two = try await portal.addCustomer("Florist", mail: "b@florist.example", phone: "0049 (30) 5678")
                let meter = try await portal.addMeter("messages")
                let leads: [(String, JSON, JSON)] = [
                    ("email", ["email": " A@bakery.example"], ["email": "b@florist.example"]),
                    ("name", ["name": "bakery"], ["name": "Florist"]),
                    ("phone", ["phone": "0049301234"], ["phone": "+49-30-5678"]),
                ]
                let bot = try await portal.addBot(of: one.client)
                for (way, first, second) in leads {
                    let saved = try await portal.put(
                        "/v1/agents/\(bot)/metering_rule",
                        [
                            "meter": meter["id"] ?? .null, "metering_type": "messages", "customer_mode": "dynamic",
                            "identify_by": .string(way),
                        ], wait: nil)
                    #expect(saved.status == 200, "\(saved)")
                    #expect(try await portal.use(bot, ["lead": first])["entries"][0]?.string("customer") == one.stripe)
                    #expect(try await portal.use(bot, ["lead": second])["entries"][0]?.string("customer") == two.stripe)
                }
                _ = try await portal.sums(of: meter, toBe: [one.stripe: 3, two.stripe: 3])

                let calls = try await house.standIn.lastCall()
                let before = try await portal.use(bot)
                #expect(before.string("status") == "not_metered" && before.string("reason") == "identifier_missing")
                let stranger = try await portal.use(bot, ["lead": ["phone": "555"]])
                #expect(stranger.string("reason") == "customer_not_found")
                _ = try await portal.addCustomer("Twin", mail: "t@x.example", phone: "777 1")
                _ = try await portal.addCustomer("Twin", mail: "u@x.example", phone: "7771")
                let twice = try await portal.use(bot, ["lead": ["phone": "7771"]])
                #expect(twice.string("reason") == "customer_ambiguous")
                let ledger = try await portal.get("/v1/usage_events?status=not_metered&reason=identifier_missing")
                #expect(ledger.json.members.map { $0["id"] } == [before["id"]])
                let sent = try await house.standIn.calls(after: calls).filter { $0.path.hasSuffix("/meter_events") }
                #expect(sent.isEmpty)
                // The portal is told once for each reason.
                let told = try await house.sql(
                    "SELECT data ->> 'reason' FROM app.portal_event WHERE type = 'usage.not_metered' ORDER BY 1")
                #expect(
                    told.compactMap { $0[0] } == ["customer_ambiguous", "customer_not_found", "identifier_missing"])
            }
        }

        @Test func `D17 D18: only voice platforms are counted by value, and only by truth values`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let payer = try await portal.addCustomer("Bakery", mail: "a@bakery.example")
                let meter = try await portal.addMeter("value_based")
                let fields: JSON = [
                    ["key": "appointment_booked", "type": "boolean"], ["key": "mood", "type": "string"],
                    ["key": "score", "type": "number"],
                ]
                func form(_ field: String) -> JSON {
                    [
                        "meter": meter["id"] ?? .null, "metering_type": "value_based", "customer_mode": "static",
                        "static_customer": .string(payer.stripe), "analysis_field": .string(field),
                    ]
                }
                for platform in ["text", "voice", "other"] {
                    let bot = try await portal.addBot(of: payer.client, platform, fields)
                    #expect(try await portal.get("/v1/agents/\(bot)")["countable_fields"] == [])
                    let refused = try await portal.put(
                        "/v1/agents/\(bot)/metering_rule", form("appointment_booked"), wait: nil)
                    #expect(refused.status == 422 && refused.string("code") == "metric_not_available", "\(refused)")
                }
                for platform in ["retell", "vapi", "elevenlabs"] {
                    let bot = try await portal.addBot(of: payer.client, platform, fields)
                    let shown = try await portal.get("/v1/agents/\(bot)")
                    #expect(shown["countable_fields"] == ["appointment_booked"])
                    #expect(shown["metrics"].arrayValue?.contains("value_based") == true)
                    for field in ["mood", "score", "nothing"] {
                        let refused = try await portal.put("/v1/agents/\(bot)/metering_rule", form(field), wait: nil)
                        #expect(refused.string("code") == "analysis_field_not_countable", "\(refused)")
                    }
                    let saved = try await portal.put(
                        "/v1/agents/\(bot)/metering_rule", form("appointment_booked"), wait: nil)
                    #expect(saved.status == 200, "\(saved)")
                    for (value, status) in [("yes", "not_metered"), (true, "metered")] as [(JSON, String)] {
                        let event = try await portal.use(
                            bot,
                            [
                                "kind": "conversation", "conversation_id": .string("c \(status)"),
                                "analysis": ["appointment_booked": value],
                            ])
                        #expect(event.string("status") == status, "\(event)")
                        if status == "not_metered" { #expect(event.string("reason") == "analysis_not_boolean") }
                    }
                }
                _ = try await portal.sums(of: meter, toBe: [payer.stripe: 3])
            }
        }
    }
}
