import Crypto
import Daemon
import Foundation
import HTTPTypes
import Testing

@testable import StripeStandIn

/// Meters and usage.
@Suite struct StandInMeterTests {
    let bench = StandInBench()

    private func meter(_ name: String = "seconds", _ formula: String = "sum") async -> StandInBench.Reply {
        await bench.call(
            "POST", "/v1/billing/meters",
            ["display_name=Seconds", "event_name=\(name)", "default_aggregation[formula]=\(formula)"])
    }

    private func use(
        _ customer: String, _ value: String, _ more: [String] = [], name: String = "seconds"
    ) async -> StandInBench.Reply {
        await bench.call(
            "POST", "/v1/billing/meter_events",
            ["event_name=\(name)", "payload[stripe_customer_id]=\(customer)", "payload[value]=\(value)"] + more)
    }

    private func total(_ meter: String, _ customer: String, _ from: Int64, _ until: Int64) async -> Int64 {
        await bench.standIn.withWorld { world in
            guard let books = world.books(holding: meter) else { return -1 }
            return MeterUsage(books: books).total(meter: meter, customer: customer, from: from, until: until)
        }
    }

    private let start = StandInBench.start

    // MARK: Meters

    @Test func `an event name belongs to one active meter`() async {
        let first = await meter()
        #expect(await meter().code == "resource_already_exists")
        #expect(await bench.call("POST", "/v1/billing/meters/\(first.id)/deactivate")["status"] == "inactive")
        #expect(await bench.call("POST", "/v1/billing/meters/\(first.id)/deactivate").status == 400)
        let second = await meter()
        #expect(second.status == 200)
        #expect(
            await bench.call("POST", "/v1/billing/meters/\(first.id)/reactivate").code == "resource_already_exists")
        await bench.call("POST", "/v1/billing/meters/\(second.id)/deactivate")
        let again = await bench.call("POST", "/v1/billing/meters/\(first.id)/reactivate")
        #expect(again["status"] == "active")
        #expect(again["status_transitions.deactivated_at"] == .null)
        let active = await bench.call("GET", "/v1/billing/meters", ["status=active"])
        #expect(active["data"].arrayValue?.count == 1)
        #expect(
            await bench.eventTypes() == [
                "billing.meter.created", "billing.meter.deactivated", "billing.meter.created",
                "billing.meter.deactivated", "billing.meter.reactivated",
            ])
    }

    @Test func `only the name of a meter changes, and there are no dimensions`() async {
        let made = await meter()
        let named = await bench.call("POST", "/v1/billing/meters/\(made.id)", ["display_name=Minutes"])
        #expect(named["display_name"] == "Minutes")
        let refused = await bench.call("POST", "/v1/billing/meters/\(made.id)", ["event_name=other"])
        #expect(refused.code == "parameter_unknown")
        let dimension = await bench.call(
            "POST", "/v1/billing/meters",
            [
                "display_name=D", "event_name=d", "default_aggregation[formula]=sum",
                "dimension_payload_keys[0]=agent",
            ])
        #expect(dimension.code == "parameter_unknown")
        #expect(dimension.param == "dimension_payload_keys")
    }

    // MARK: Counting

    @Test(arguments: [("sum", Int64(42)), ("count", 3), ("last", 2)])
    func `usage adds up as the formula says, from inclusive, until exclusive`(_ formula: String, _ wanted: Int64) async
    {
        let meter = await meter("seconds", formula)
        let customer = await bench.customer(nil)
        for (value, moment) in [("30", start - 3_600), ("2", start - 60), ("10", start - 1_800), ("99", start)] {
            #expect(await use(customer, value, ["timestamp=\(moment)"]).status == 200)
        }
        #expect(await total(meter.id, customer, start - 3_600, start) == wanted)
        #expect(await total(meter.id, "cus_other", start - 3_600, start) == 0)
    }

    @Test func `corrections may be negative`() async {
        let meter = await meter()
        let customer = await bench.customer(nil)
        _ = await use(customer, "5")
        _ = await use(customer, "-7")
        #expect(await total(meter.id, customer, start, start + 1) == -2)
    }

    @Test func `an identifier is taken for a day`() async {
        let meter = await meter()
        let customer = await bench.customer(nil)
        let first = await use(customer, "1", ["identifier=one"])
        #expect(first["identifier"] == "one")
        #expect(first["timestamp"] == .integer(start))
        let again = await use(customer, "1", ["identifier=one"])
        #expect(again.status == 400)
        #expect(again.message == "An event already exists with identifier one.")
        #expect(again.code == nil)
        await bench.pass(86_399)
        #expect(await use(customer, "1", ["identifier=one"]).status == 400)
        await bench.pass(1)
        #expect(await use(customer, "1", ["identifier=one"]).status == 200)
        #expect(await total(meter.id, customer, start, start + 86_401) == 2)
    }

    @Test func `the same call under the same idempotency key is one event`() async {
        let meter = await meter()
        let customer = await bench.customer(nil)
        let params = [
            "event_name=seconds", "payload[stripe_customer_id]=\(customer)", "payload[value]=4", "identifier=i",
        ]
        for _ in 0..<2 {
            #expect(await bench.call("POST", "/v1/billing/meter_events", params, idempotency: "i").status == 200)
        }
        #expect(await total(meter.id, customer, start, start + 1) == 4)
    }

    @Test func `uses lie within 35 days back and five minutes ahead`() async {
        _ = await meter()
        let customer = await bench.customer(nil)
        for (shift, status) in [(Int64(-35 * 86_400), 200), (-35 * 86_400 - 1, 400), (300, 200), (301, 400)] {
            let reply = await use(customer, "1", ["timestamp=\(start + shift)"])
            #expect(reply.status == status, "\(shift)")
            if status == 400 { #expect(reply.param == "timestamp") }
        }
    }

    @Test func `a customer on a test clock uses in the time of the clock`() async {
        let meter = await meter()
        let clock = await bench.testClock()
        let customer = await bench.customer(nil, clock: clock)
        let later = start + 40 * 86_400
        await bench.advance(clock, to: later)
        #expect(await use(customer, "3")["timestamp"] == .integer(later))
        #expect(await use(customer, "3", ["timestamp=\(start)"]).param == "timestamp")
        #expect(await use(customer, "4", ["timestamp=\(later + 60)"]).status == 200)
        #expect(await total(meter.id, customer, later, later + 61) == 7)
    }

    @Test func `an event is taken back within a day, once`() async {
        let meter = await meter()
        let customer = await bench.customer(nil)
        _ = await use(customer, "5", ["identifier=five"])
        _ = await use(customer, "6", ["identifier=six"])
        let params = ["event_name=seconds", "type=cancel", "cancel[identifier]=five"]
        let done = await bench.call("POST", "/v1/billing/meter_event_adjustments", params)
        #expect(done["status"] == "pending")
        #expect(done["cancel.identifier"] == "five")
        #expect(await total(meter.id, customer, start, start + 1) == 6)
        #expect(await bench.call("POST", "/v1/billing/meter_event_adjustments", params).status == 400)
        await bench.pass(86_400)
        let late = await bench.call(
            "POST", "/v1/billing/meter_event_adjustments",
            ["event_name=seconds", "type=cancel", "cancel[identifier]=six"])
        #expect(late.message.contains("24 hours"))
        #expect(await total(meter.id, customer, start, start + 1) == 6)
    }

    @Test func `summaries by hour, by day and of the whole range`() async {
        let meter = await meter()
        let customer = await bench.customer(nil)
        for (value, moment) in [("1", start - 7_200), ("2", start - 3_601), ("4", start - 3_600)] {
            _ = await use(customer, value, ["timestamp=\(moment)"])
        }
        let path = "/v1/billing/meters/\(meter.id)/event_summaries"
        let range = ["customer=\(customer)", "start_time=\(start - 7_200)", "end_time=\(start)"]
        let hours = await bench.call("GET", path, range + ["value_grouping_window=hour"])
        #expect(hours["data"].arrayValue?.map { $0["aggregated_value"] } == [4, 3])
        #expect(hours["data.0.start_time"] == .integer(start - 3_600))
        let whole = await bench.call("GET", path, range)
        #expect(whole["data"].arrayValue?.count == 1)
        #expect(whole["data.0.aggregated_value"] == 7)
        #expect(whole["data.0.id"].stringValue == (await bench.call("GET", path, range))["data.0.id"].stringValue)
        let askew = await bench.call("GET", path, range + ["value_grouping_window=day"])
        #expect(askew.param == "start_time")
        let odd = await bench.call(
            "GET", path, ["customer=\(customer)", "start_time=\(start - 59)", "end_time=\(start)"])
        #expect(odd.param == "start_time")
        let page = await bench.call("GET", path, range + ["value_grouping_window=hour", "limit=1"])
        let next = await bench.call(
            "GET", path,
            range + ["value_grouping_window=hour", "starting_after=\(page["data.0.id"].stringValue ?? "")"])
        #expect(next["data.0.aggregated_value"] == 3)
    }

    // MARK: Errors told later

    private func destination(_ include: JSON = ["webhook_endpoint.signing_secret", "webhook_endpoint.url"]) async
        -> StandInBench.Reply
    {
        await bench.call(
            v2: "POST", "/v2/core/event_destinations",
            [
                "name": "errors", "type": "webhook_endpoint", "event_payload": "thin",
                "enabled_events": ["v1.billing.meter.error_report_triggered", "v1.billing.meter.no_meter_found"],
                "webhook_endpoint": ["url": "https://a.example/thin"], "include": include,
            ])
    }

    private func reports() async -> [JSON] {
        (await bench.call("GET", "/v2/core/events"))["data"].arrayValue ?? []
    }

    @Test func `what does not count is taken and told in a thin event a meter`() async throws {
        await bench.control("POST", "policy", ["meter_report_seconds": 10])
        let meter = await meter()
        let archived = await self.meter("old")
        await bench.call("POST", "/v1/billing/meters/\(archived.id)/deactivate")
        let customer = await bench.customer(nil)
        #expect(await use("cus_gone", "1", ["identifier=a"]).status == 200)
        #expect(await use(customer, "1.5", ["identifier=b"]).status == 200)
        #expect(await use(customer, "1234567890123456", ["identifier=c"]).status == 200)
        #expect(await use("cus_gone2", "1", ["identifier=d"]).status == 200)
        #expect(await use(customer, "1", ["identifier=e"], name: "old").status == 200)
        #expect(await use(customer, "1", ["identifier=f"], name: "unknown").status == 200)
        #expect(
            await bench.call(
                "POST", "/v1/billing/meter_events", ["event_name=seconds", "payload[value]=1", "identifier=g"]
            ).status == 200)
        #expect(await reports() == [])
        await bench.pass(10)
        let told = await reports()
        #expect(told.count == 3)
        let first = try #require(told.first { $0["related_object"]?["id"]?.stringValue == meter.id })
        #expect(first["type"] == "v1.billing.meter.error_report_triggered")
        let types = first["data"]?["reason"]?["error_types"]?.arrayValue ?? []
        #expect(
            types.map { $0["code"] } == [
                "meter_event_customer_not_found", "meter_event_invalid_value", "meter_event_value_too_many_digits",
                "meter_event_no_customer_defined",
            ])
        #expect(types[0]["error_count"] == 2)
        #expect(types[0]["sample_errors"]?.arrayValue?.map { $0["request"]?["identifier"] } == ["a", "d"])
        #expect(first["data"]?["reason"]?["error_count"] == 5)
        #expect(first["data"]?["validation_start"] == "2026-01-31T00:00:00.000Z")
        #expect(first["data"]?["validation_end"] == "2026-01-31T00:00:10.000Z")
        let second = try #require(told.first { $0["related_object"]?["id"]?.stringValue == archived.id })
        #expect(second["data"]?["reason"]?["error_types"]?[0]?["code"] == "archived_meter")
        let third = try #require(told.first { $0["type"] == "v1.billing.meter.no_meter_found" })
        #expect(third["related_object"] == .null)
        #expect(
            third["data"]?["reason"]?["error_types"]?[0]?["sample_errors"]?[0]?["request"]?["identifier"] == "f")
        #expect(await total(meter.id, customer, start, start + 100) == 0)
    }

    @Test func `usage may be refused at once`() async {
        await bench.control("POST", "policy", ["check_usage_at_once": true])
        _ = await meter()
        let refused = await use("cus_gone", "1", ["identifier=a"])
        #expect(refused.status == 400)
        #expect(await use(await bench.customer(nil), "1", ["identifier=a"]).status == 200)
        #expect(await reports() == [])
    }

    @Test func `a thin event is signed, told without its data, and fetched with it`() async throws {
        let made = await destination()
        let secret = try #require(made["webhook_endpoint.signing_secret"].stringValue)
        #expect(made["webhook_endpoint.url"] == "https://a.example/thin")
        _ = await meter()
        _ = await use("cus_gone", "1")
        await bench.deliver()
        let sent = try #require(bench.posted.withLock { $0.first })
        #expect(sent.delivery.url == "https://a.example/thin")
        try StandInMeterTests.verify(sent, secret)
        let notice = try JSON.parse(sent.delivery.body)
        #expect(notice["object"] == "v2.core.event")
        #expect(notice["data"] == nil)
        let whole = await bench.call("GET", "/v2/core/events/\(notice["id"]?.stringValue ?? "")")
        #expect(whole["data.reason.error_count"] == 1)
        // An ordinary endpoint never hears of it.
        #expect(await bench.eventTypes().allSatisfy { !$0.hasPrefix("v1.") })
    }

    private static func verify(_ sent: OutgoingDelivery, _ secret: String) throws {
        try WebhookSignature.verify(
            header: sent.signature, body: sent.delivery.body, secrets: [Secret(secret)],
            now: Timestamp(seconds: StandInBench.start), tolerance: .seconds(300))
    }

    @Test func `the secret of a destination is told once, to who asks`() async {
        let plain = await destination([])
        #expect(plain["webhook_endpoint.signing_secret"] == .null)
        #expect(plain["webhook_endpoint.url"] == .null)
        let asked = await bench.call(
            "GET", "/v2/core/event_destinations/\(plain.id)", ["include[0]=webhook_endpoint.url"])
        #expect(asked["webhook_endpoint.url"] == "https://a.example/thin")
        #expect(
            await bench.call(
                "GET", "/v2/core/event_destinations/\(plain.id)", ["include[0]=webhook_endpoint.signing_secret"]
            ).status == 400)
    }

    @Test func `a disabled destination hears nothing, an enabled one does, a deleted one is gone`() async {
        let made = await destination()
        let path = "/v2/core/event_destinations/\(made.id)"
        #expect(await bench.call(v2: "POST", path + "/disable")["status_details.disabled.reason"] == "user")
        _ = await use("cus_gone", "1", ["identifier=a"])
        await bench.deliver()
        #expect(bench.postedTypes == [])
        #expect(await bench.call(v2: "POST", path + "/enable")["status"] == "enabled")
        _ = await use("cus_gone", "1", ["identifier=b"])
        await bench.call(v2: "POST", path + "/ping")
        await bench.deliver()
        #expect(bench.postedTypes == ["v1.billing.meter.no_meter_found", "v2.core.event_destination.ping"])
        #expect(await bench.call(v2: "DELETE", path)["id"].stringValue == made.id)
        #expect(await bench.call("GET", path).status == 404)
    }

    @Test func `thin events page by tokens that keep the filters`() async throws {
        for name in ["a", "b", "c"] { _ = await use("cus_gone", "1", ["identifier=\(name)"], name: name) }
        let first = await bench.call(
            "GET", "/v2/core/events", ["limit=2", "types[0]=v1.billing.meter.no_meter_found"])
        #expect(first["data"].arrayValue?.count == 2)
        #expect(first["previous_page_url"] == .null)
        let url = try #require(URLComponents(string: first["next_page_url"].stringValue ?? ""))
        let query = url.queryItems?.map { "\($0.name)=\($0.value ?? "")" } ?? []
        #expect(query.contains("types[0]=v1.billing.meter.no_meter_found"))
        let second = await bench.call("GET", url.path, query)
        #expect(second["data"].arrayValue?.count == 1)
        #expect(second["next_page_url"] == .null)
        let later = await bench.call("GET", "/v2/core/events", ["created[gt]=2026-01-31T00:00:00Z"])
        #expect(later["data"] == [])
    }

    @Test func `v2 looks before it answers`() async {
        let meter = await meter()
        let customer = await bench.customer(nil)
        let event: JSON = [
            "event_name": "seconds", "identifier": "x", "timestamp": "2026-01-31T01:00:00+01:00",
            "payload": ["stripe_customer_id": .string(customer), "value": "8"],
        ]
        let made = await bench.call(v2: "POST", "/v2/billing/meter_events", event)
        #expect(made["timestamp"] == "2026-01-31T00:00:00.000Z")
        #expect(await bench.call(v2: "POST", "/v2/billing/meter_events", event).code == "duplicate_meter_event")
        #expect(await total(meter.id, customer, start, start + 1) == 8)
        let wrong = await bench.call(
            v2: "POST", "/v2/billing/meter_events",
            ["event_name": "nobody", "payload": ["stripe_customer_id": .string(customer), "value": "8"]])
        #expect(wrong.code == "no_meter")
    }

    @Test func `usage survives a restart`() async {
        let meter = await meter()
        let customer = await bench.customer(nil)
        _ = await use(customer, "5", ["identifier=five"])
        _ = await use("cus_gone", "1")
        let saved = await bench.standIn.withWorld { Snapshot.write($0) }
        let next = StandInBench()
        #expect(await next.standIn.withWorld { Snapshot.read(saved, into: $0) })
        let path = "/v1/billing/meters/\(meter.id)/event_summaries"
        let range = ["customer=\(customer)", "start_time=\(start)", "end_time=\(start + 60)"]
        #expect(await next.call("GET", path, range)["data.0.aggregated_value"] == 5)
        let usage = await next.control("GET", "usage")
        #expect(usage["data"].arrayValue?.map { $0["reported"] } == [false, true])
    }
}
