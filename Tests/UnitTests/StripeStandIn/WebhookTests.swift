import Crypto
import Daemon
import Foundation
import HTTPTypes
import Testing

@testable import StripeStandIn

/// Endpoints and deliveries.
@Suite struct StandInWebhookTests {
    let bench = StandInBench()

    private func endpoint(_ events: String = "*", _ more: [String] = [], key: String = StandInBench.key) async
        -> StandInBench.Reply
    {
        await bench.call(
            "POST", "/v1/webhook_endpoints", ["url=https://a.example/hook", "enabled_events[0]=\(events)"] + more,
            key: key)
    }

    @Test func `F4: the secret is told at creation only`() async {
        let made = await endpoint()
        #expect(made["secret"].stringValue?.hasPrefix("whsec_") == true)
        #expect(await bench.call("GET", "/v1/webhook_endpoints/\(made.id)")["secret"] == .null)
        #expect(await bench.call("GET", "/v1/webhook_endpoints")["data.0.secret"] == .null)
    }

    @Test func `F5: sixteen endpoints and no more`() async {
        for _ in 0..<16 { #expect(await endpoint().status == 200) }
        #expect(await endpoint().message == "You have reached the maximum of 16 test webhook endpoints.")
    }

    @Test func `a delivery is signed so that our own check takes it`() async throws {
        let made = await endpoint()
        await bench.call("POST", "/v1/customers", ["name=A"], idempotency: "k1")
        await bench.deliver()
        let sent = try #require(bench.posted.withLock { $0.first })
        let secret = Secret(made["secret"].stringValue ?? "")
        try WebhookSignature.verify(
            header: sent.signature, body: sent.delivery.body, secrets: [secret],
            now: Timestamp(seconds: StandInBench.start + 299),
            tolerance: .seconds(300))
        let event = try JSON.parse(sent.delivery.body)
        #expect(event["type"] == "customer.created")
        #expect(event["api_version"]?.stringValue == StandInBench.version)
        #expect(event["request"]?["idempotency_key"] == "k1")
        #expect(event["account"] == nil)
    }

    @Test func `two signatures while a secret is rolled`() async throws {
        let made = await endpoint()
        let new = await bench.control("POST", "webhook_endpoints/\(made.id)/roll")
        await bench.call("POST", "/v1/customers", ["name=A"])
        await bench.deliver()
        let sent = try #require(bench.posted.withLock { $0.first })
        for secret in [made["secret"].stringValue ?? "", new["secret"].stringValue ?? ""] {
            try WebhookSignature.verify(
                header: sent.signature, body: sent.delivery.body, secrets: [Secret(secret)],
                now: Timestamp(seconds: StandInBench.start), tolerance: .seconds(300))
        }
    }

    @Test func `an endpoint gets what it asked for`() async {
        _ = await endpoint("product.created")
        await bench.call("POST", "/v1/customers", ["name=A"])
        await bench.call("POST", "/v1/products", ["name=P"])
        await bench.deliver()
        #expect(bench.postedTypes == ["product.created"])
    }

    @Test func `F2: a failed delivery is tried again with a fresh signature`() async {
        _ = await endpoint()
        bench.takes.withLock { $0 = false }
        let before = await bench.call("POST", "/v1/customers", ["name=A"])
        await bench.deliver()
        #expect(
            await bench.call("GET", "/v1/events", ["delivery_success=false"])["data.0.data.object.id"].stringValue
                == before.id)
        await bench.pass(2)
        bench.takes.withLock { $0 = true }
        await bench.deliver()
        let signatures = bench.posted.withLock { $0.map(\.signature) }
        #expect(signatures.count == 2)
        #expect(signatures[0] != signatures[1])
        #expect(await bench.call("GET", "/v1/events", ["delivery_success=false"])["data"] == [])
    }

    @Test func `deliveries dropped, doubled, held and turned round on request`() async {
        _ = await endpoint()
        await bench.control("POST", "webhooks", ["drop_next": 1, "copies": 2])
        for name in ["A", "B"] { await bench.call("POST", "/v1/products", ["name=\(name)"]) }
        await bench.deliver()
        #expect(bench.postedTypes == ["product.created", "product.created"])
        await bench.control("POST", "webhooks", ["hold": true, "copies": 1])
        await bench.call("POST", "/v1/products", ["name=C"])
        await bench.call("POST", "/v1/customers", ["name=D"])
        await bench.deliver()
        #expect(bench.postedTypes.count == 2)
        await bench.control("POST", "webhooks/release", ["order": "reversed"])
        await bench.deliver()
        #expect(bench.postedTypes.suffix(2) == ["customer.created", "product.created"])
    }

    @Test func `F3: events page in both directions and know their age`() async {
        for index in 0..<5 { await bench.call("POST", "/v1/products", ["name=\(index)"]) }
        let first = await bench.call("GET", "/v1/events", ["limit=2", "types[0]=product.created"])
        let last = first["data.1.id"].stringValue ?? ""
        let second = await bench.call("GET", "/v1/events", ["limit=2", "starting_after=\(last)"])
        #expect(second["data.0.data.object.name"] == "2")
        let back = await bench.call(
            "GET", "/v1/events", ["limit=2", "ending_before=\(second["data.0.id"].stringValue ?? "")"])
        #expect(back["data"] == first["data"])
        await bench.pass(30 * 86_400 + 1)
        #expect(await bench.call("GET", "/v1/events")["data"] == [])
    }
}
