import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import API
@testable import Billing

/// Usage at the door: what is told once, twice, at the same time, and wrongly.
@Suite(.freshDatabase) struct UsageIntakeTests {
    private let now = Int64(Date().timeIntervalSince1970)

    private func agent(_ tenancy: Tenancy, external: String = "bot-1") async throws -> String {
        let client = try await tenancy.makeClient()
        let answer = await tenancy.post(
            "/v1/agents",
            #"{"client": "\#(client)", "name": "Bot", "platform": "text", "external_id": "\#(external)"}"#)
        #expect(answer.status == 201, "\(answer.text)")
        return answer.id
    }

    private func event(_ id: String, _ agent: String, _ more: String = "") -> String {
        #"{"event_id": "\#(id)", "agent": "\#(agent)", "occurred_at": \#(now)\#(more)}"#
    }

    private func count() async throws -> String? {
        try await TestDatabase.current.value("SELECT count(*) FROM app.usage_event")
    }

    @Test func `a batch with bad events stores the good ones and names the bad ones by place and field`() async throws {
        let tenancy = try await Portal().makeTenant()
        let bot = try await agent(tenancy)
        let old = #"{"event_id": "old", "agent": "\#(bot)", "occurred_at": \#(now - 36 * 86_400)}"#
        let ahead = #"{"event_id": "ahead", "agent": "\#(bot)", "occurred_at": \#(now + 400)}"#
        let events = [
            event("a", bot), event("b", "ag_00000000000000000000000000000000"), old, ahead,
            event("c", "ext:bot-1"), event("g", "ext:nobody"),
            event("d", bot, #", "credits": -1"#), event("e", bot, #", "kind": "call""#), "7",
            event("f", bot, #", "creditz": 1"#), event("a", bot),
        ]
        let answer = await tenancy.post("/v1/usage_events", #"{"events": [\#(events.joined(separator: ","))]}"#)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer["accepted"] == 2 && answer["duplicates"] == 1 && answer["rejected"] == 8)
        let results = answer["results"].arrayValue ?? []
        let told = results.map { result in
            [
                result["status"]?.stringValue, result["errors"]?[0]?["param"]?.stringValue,
                result["errors"]?[0]?["code"]?.stringValue,
            ].compactMap(\.self).joined(separator: " ")
        }
        #expect(
            told == [
                "accepted", "rejected agent unknown_agent", "rejected occurred_at event_too_old",
                "rejected occurred_at event_too_far_ahead", "accepted", "rejected agent unknown_agent",
                "rejected credits invalid_field",
                "rejected duration_seconds parameter_missing", "rejected  invalid_field",
                "rejected creditz unknown_field",
                "duplicate",
            ])
        #expect(results.map { $0["index"]?.integerValue } == (0..<11).map { Int64($0) })
        #expect(try await count() == "2")
        let alone = await tenancy.post("/v1/usage_events", old)
        #expect(alone.status == 422 && alone.code == "event_too_old" && alone["param"] == "occurred_at")
    }

    @Test func `the same event told ten times at once is one event, and another one under its name is refused`()
        async throws
    {
        let tenancy = try await Portal(sessions: 8).makeTenant()
        let bot = try await agent(tenancy)
        let lot = (0..<100).map { event("e\($0)", bot) }.joined(separator: ",")
        let answers = await withTaskGroup(of: Answer.self) { group in
            for _ in 0..<10 {
                group.addTask { await tenancy.post("/v1/usage_events", #"{"events": [\#(lot)]}"#) }
            }
            var all: [Answer] = []
            for await answer in group { all.append(answer) }
            return all
        }
        #expect(answers.allSatisfy { $0.status == 200 })
        #expect(answers.compactMap { $0["accepted"].integerValue }.reduce(0, +) == 100)
        #expect(answers.compactMap { $0["duplicates"].integerValue }.reduce(0, +) == 900)
        #expect(try await count() == "100")
        // Every one names the same row.
        let names = Set(answers.map { ($0["results"].arrayValue ?? []).compactMap { $0["id"]?.stringValue } })
        #expect(names.count == 1)
        #expect(try await TestDatabase.current.value("SELECT sum(events) FROM app.usage_intake") == "100")
        let other = await tenancy.post("/v1/usage_events", event("e1", bot, #", "messages": 2"#))
        #expect(other.status == 409 && other.code == "event_id_reused")
    }

    @Test
    func `an archived agent's usage is refused, another tenant's agent is unknown, a thousand and one are too many`()
        async throws
    {
        let portal = try Portal()
        let (mine, theirs) = (try await portal.makeTenant(), try await portal.makeTenant())
        let bot = try await agent(mine)
        let foreign = await theirs.post("/v1/usage_events", event("x", bot))
        #expect(foreign.status == 422 && foreign.code == "unknown_agent")
        #expect(await mine.patch("/v1/agents/\(bot)", #"{"status": "archived"}"#).status == 200)
        let archived = await mine.post("/v1/usage_events", event("x", bot))
        #expect(archived.status == 409 && archived.code == "agent_archived")
        let many = (0...1_000).map { event("e\($0)", bot) }.joined(separator: ",")
        let tooMany = await mine.post("/v1/usage_events", #"{"events": [\#(many)]}"#)
        #expect(tooMany.status == 400 && tooMany["param"] == "events")
        #expect(try await count() == "0")
    }

    @Test
    func `another payer, answer or conversation under a known id is refused; the same fact in other words is not`()
        async throws
    {
        let tenancy = try await Portal().makeTenant()
        let bot = try await agent(tenancy)
        let told =
            #", "conversation_id": "t", "analysis": {"booked": true, "n": 1.50}, "lead": {"email": "a@b.example"}"#
        #expect(await tenancy.post("/v1/usage_events", event("e", bot, told)).status == 200)
        let again =
            #", "lead": {"email": "a@b.example"}, "analysis": {"n": 1.5, "booked": true}, "conversation_id": "t""#
        let same = await tenancy.post("/v1/usage_events", event("e", bot, again))
        #expect(same["duplicates"] == 1, "\(same.text)")
        for (old, new) in [
            ("true", "false"), ("a@b", "c@d"), (#""t""#, #""u""#), (#"analysis"#, #"kind": "conversation", "analysis"#),
        ] {
            let other = await tenancy.post(
                "/v1/usage_events", event("e", bot, told.replacingOccurrences(of: old, with: new)))
            #expect(other.code == "event_id_reused", "\(new): \(other.text)")
        }
        #expect(try await count() == "1")
    }

    @Test func `a number no database holds costs its own event, not the lot`() async throws {
        let tenancy = try await Portal().makeTenant()
        let bot = try await agent(tenancy)
        let lot = [
            event("a", bot, #", "analysis": {"n": 1e999999}"#), event("b", bot, #", "analysis": {"n": -1E-999999}"#),
            event("c", bot, #", "analysis": {"n": 12.5e3}"#),
        ].joined(separator: ",")
        let answer = await tenancy.post("/v1/usage_events", #"{"events": [\#(lot)]}"#)
        #expect(answer["accepted"] == 1 && answer["rejected"] == 2, "\(answer.text)")
    }

    @Test func `a dry run of usage says what would be and stores nothing`() async throws {
        let tenancy = try await Portal().makeTenant()
        let bot = try await agent(tenancy)
        let lot = [event("a", bot), event("b", "ext:nobody")].joined(separator: ",")
        let answer = await tenancy.post("/v1/usage_events?dry_run=true", #"{"events": [\#(lot)]}"#)
        #expect(answer.status == 200 && answer["object"] == "dry_run", "\(answer.text)")
        #expect(answer["outcome"]["accepted"] == 1 && answer["outcome"]["rejected"] == 1, "\(answer.text)")
        #expect(try await count() == "0")
        #expect(await tenancy.post("/v1/usage_events?dryrun=true", #"{"events": [\#(lot)]}"#).status == 400)
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM app.usage_intake") == "0")
    }

    @Test func `a rule that waited for another one's change begins after it`() async throws {
        let tenancy = try await Portal().makeTenant()
        let bot = try await agent(tenancy)
        let meter = UUID()
        try await TestDatabase.current.run(
            """
            INSERT INTO app.meter (tenant_id, id, stripe_meter, event_name, display_name, metric, formula, status)
            VALUES (\(tenancy.number), '\(meter)', 'mtr_1', 'uses', 'Uses', 'messages', 'sum', 'active');
            INSERT INTO app.metering_rule (tenant_id, agent_id, version, meter_id, metering_type, customer_mode, actor,
                                           effective_from)
            SELECT \(tenancy.number), id, 1, '\(meter)', 'messages', 'dynamic', 'test', now() + interval '1 minute'
              FROM app.agent
            """)
        let saved = await tenancy.portal.send(
            .put,
            "/v1/agents/\(bot)/metering_rule", key: tenancy.key,
            body:
                #"{"meter": "\#(Meter.ID(rawValue: meter).text)", "metering_type": "messages", "customer_mode": "dynamic"}"#
        )
        #expect(saved.status == 200 && saved["version"] == 2, "\(saved.text)")
        let order = try await TestDatabase.current.value(
            """
            SELECT b.effective_from >= a.ended_at FROM app.metering_rule a, app.metering_rule b
             WHERE a.version = 1 AND b.version = 2
            """)
        #expect(order == "t")
    }
}
