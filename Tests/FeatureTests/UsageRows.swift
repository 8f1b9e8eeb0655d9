import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// Usage of agents, billed with their client's subscription.
    @Suite(.freshDatabase) struct UsageRows {
        /// A shop, a client with a card, agents, and a subscription for all of them to what is given.
        struct Scene {
            let portal: APIClient
            let key: String
            let customer: String
            let client: String
            let agents: [String]
            let subscription: String
        }

        static func scene(
            _ house: House, platform: String, agents count: Int = 1, fields: JSON = [], items: [JSONObject]
        ) async throws -> Scene {
            let (portal, key) = try await house.newShop()
            var sold: [JSON] = []
            for item in items {
                var form = item
                let field = form["analysis_field"]
                form["analysis_field"] = nil
                let price = try await portal.makePrice(form)
                sold.append(["price": price["id"] ?? .null])
                if let field { sold[sold.count - 1] = ["price": price["id"] ?? .null, "analysis_field": field] }
            }
            let client = try await portal.addClient()
            try await portal.saveCard(client, at: house.standIn)
            var agents: [String] = []
            for _ in 0..<count { agents.append(try await portal.addBot(of: client, platform, fields)) }
            let answer = try await portal.post(
                "/v1/subscriptions",
                ["client": .string(client), "items": .array(sold), "agents": .array(agents.map(JSON.string))])
            guard let id = answer.target, answer.status < 300 else { throw NeverHappened("sold: \(answer)") }
            try await portal.seen("/v1/subscriptions/\(id)", "it runs") { $0.string("status") == "active" }
            let customer = try await portal.get("/v1/clients/\(client)").string("stripe_id") ?? ""
            return Scene(
                portal: portal, key: key, customer: customer, client: client, agents: agents, subscription: id)
        }

        static func usage(_ metric: String, _ amount: Int64, _ more: JSONObject = [:]) -> JSONObject {
            var form: JSONObject = [
                "pricing_model": "usage_based", "billing_period": "monthly", "usage_metric": .string(metric),
                "price": ["amount": .integer(amount), "currency": "usd"],
            ]
            for entry in more { form[entry.key] = entry.value }
            return form
        }

        static func second(_ scene: Scene) async throws -> Answer {
            let path = "/v1/invoices?client=\(scene.client)&status=paid&limit=100"
            let found = try await scene.portal.seen(path, "a second bill is paid") { $0.json.members.count == 2 }
            return try await scene.portal.get("/v1/invoices/\(found.json.members[0].string("id") ?? "")")
        }

        @Test func `E5 E6 I2 I3 I4: 10, 20 and 30 minutes of three agents and the base fee are 28.00 on one invoice`()
            async throws
        {
            try await House.with { house in
                let scene = try await Self.scene(
                    house, platform: "voice", agents: 3,
                    items: [
                        [
                            "pricing_model": "base_fee", "billing_period": "monthly",
                            "price": ["amount": 2_500, "currency": "usd"],
                        ], Self.usage("minutes", 5),
                    ])
                let meter = try await scene.portal.get("/v1/meters?metric=seconds").json.members[0]
                var total: Int64 = 0
                for (agent, minutes) in zip(scene.agents, [10, 20, 30] as [Int64]) {
                    let event = try await scene.portal.use(
                        agent, ["kind": "call", "duration_seconds": .integer(minutes * 60)])
                    #expect(event.string("status") == "metered", "\(event)")
                    total += minutes * 60
                    // The sum grows during the month.
                    _ = try await scene.portal.sums(of: meter, toBe: [scene.customer: total])
                    #expect(
                        try await house.standIn.summary(of: meter, scene.customer, key: scene.key) == total)
                }
                let shown = try await scene.portal.get("/v1/clients/\(scene.client)/usage")
                #expect(shown["meters"][0]?["minutes"] == "60", "\(shown)")
                try await house.standIn.advance(days: 32)
                let bill = try await Self.second(scene)
                #expect(bill["amount_paid"]["amount"] == 2_800, "\(bill)")
                let lines = bill["lines"].arrayValue ?? []
                #expect(lines.compactMap { $0["amount"]?.integerValue }.sorted() == [300, 2_500], "\(lines)")
                #expect(lines.first { $0["amount"] == 300 }?["quantity"] == .integer(total), "\(lines)")
            }
        }

        @Test func `A4: on a flat price a client pays the same whatever it used, on a usage price what it used`()
            async throws
        {
            try await House.with { house in
                let scene = try await Self.scene(house, platform: "text", items: [Self.usage("interactions", 25)])
                let portal = scene.portal
                let price = try await portal.sell(4_900, period: "monthly")
                let flat = try await portal.addPayingClient(at: house.standIn)
                let bot = try await portal.addBot(of: flat)
                let sold = try await portal.buy(flat, ["price": .string(price), "agents": [.string(bot)]])
                try await portal.use(bot, ["messages": 7])
                try await portal.use(scene.agents[0], ["messages": 4])
                let meter = try await portal.get("/v1/meters?metric=interactions").json.members[0]
                _ = try await portal.sums(of: meter, toBe: [scene.customer: 4])
                try await house.standIn.advance(days: 32)
                let same = try await portal.bills(of: try #require(sold.target), 2)
                #expect(same.map { $0["amount_paid"]?["amount"] } == [4_900, 4_900])
                let used = try await portal.seen("/v1/invoices?client=\(scene.client)&limit=100", "usage is paid") {
                    $0.json.members.contains { $0["amount_paid"]?["amount"] == 100 }
                }
                #expect(used.json.members.allSatisfy { [0, 100].contains($0["amount_due"]?["amount"]) }, "\(used)")
            }
        }

        @Test func `D15: a call of 90 seconds is 90 at Stripe, 1.5 minutes here, and charged as that`() async throws {
            try await House.with { house in
                let daily = Self.usage("minutes", 40, ["billing_period": "daily"])
                let scene = try await Self.scene(house, platform: "voice", items: [daily])
                try await scene.portal.use(scene.agents[0], ["kind": "call", "duration_seconds": 90])
                // The books are flushed two minutes before the day ends, and one minute after.
                let flushes = try await house.sql(
                    """
                    SELECT round(extract(epoch FROM j.run_at - s.current_period_end))
                      FROM app.subscription s, jobq.job j JOIN app.command c ON c.id = j.id
                     WHERE c.kind = 'usage.flush' ORDER BY j.run_at
                    """)
                #expect(flushes == [["-120"], ["60"]])
                let meter = try await scene.portal.get("/v1/meters?metric=seconds").json.members[0]
                let sums = try await scene.portal.sums(of: meter, toBe: [scene.customer: 90])
                #expect(sums["customers"][0]?["minutes"] == "1.5")
                #expect(try await house.standIn.summary(of: meter, scene.customer, key: scene.key) == 90)
                try await house.standIn.advance(days: 2)
                let path = "/v1/invoices?client=\(scene.client)&status=paid&limit=100"
                try await scene.portal.seen(path, "60 cents are paid") { answer in
                    answer.json.members.contains { $0["amount_paid"]?["amount"] == 60 }
                }
            }
        }

        @Test func `D14 D16: five exchanges are five, twelve messages of one conversation are one`() async throws {
            try await House.with { house in
                let scene = try await Self.scene(
                    house, platform: "text",
                    items: [Self.usage("interactions", 1), Self.usage("conversations", 10)])
                for number in 0..<12 {
                    let last = number == 11
                    let told: JSONObject = ["conversation_id": "talk", "messages": number < 5 ? 1 : 0]
                    if last {
                        try await scene.portal.use(scene.agents[0], told)
                    } else {
                        _ = try await scene.portal.tell(scene.agents[0], told)
                    }
                }
                let meters = try await scene.portal.get("/v1/meters?limit=100").json.members
                for (metric, value) in [("interactions", 5), ("conversations", 1)] as [(String, Int64)] {
                    let meter = try #require(meters.first { $0.string("metric") == metric })
                    _ = try await scene.portal.sums(of: meter, toBe: [scene.customer: value])
                    #expect(
                        try await house.standIn.summary(of: meter, scene.customer, key: scene.key) == value)
                }
                // For ever: the same conversation days later is still the same one.
                try await scene.portal.use(scene.agents[0], ["conversation_id": "talk", "messages": 0])
                let meter = try #require(meters.first { $0.string("metric") == "conversations" })
                _ = try await scene.portal.sums(of: meter, toBe: [scene.customer: 1])
            }
        }

        @Test func `E11 E12: of ten conversations four booked an appointment, and four are charged`() async throws {
            try await House.with { house in
                let fields: JSON = [["key": "appointment_booked", "type": "boolean"]]
                let scene = try await Self.scene(
                    house, platform: "retell", fields: fields,
                    items: [Self.usage("value_based", 250, ["analysis_field": "appointment_booked"])])
                let shown = try await scene.portal.get("/v1/subscriptions/\(scene.subscription)")
                #expect(shown["items"][0]?["analysis_field"] == "appointment_booked")
                for number in 0..<10 {
                    try await scene.portal.use(
                        scene.agents[0],
                        [
                            "kind": "conversation", "conversation_id": .string("c\(number)"),
                            "analysis": ["appointment_booked": .bool(number < 4)],
                        ])
                }
                let meter = try await scene.portal.get("/v1/meters?metric=value_based").json.members[0]
                _ = try await scene.portal.sums(of: meter, toBe: [scene.customer: 4])
                #expect(try await house.standIn.summary(of: meter, scene.customer, key: scene.key) == 4)
                try await house.standIn.advance(days: 32)
                let path = "/v1/invoices?client=\(scene.client)&status=paid&limit=100"
                try await scene.portal.seen(path, "10.00 are paid") { answer in
                    answer.json.members.contains { $0["amount_paid"]?["amount"] == 1_000 }
                }
            }
        }
    }
}
