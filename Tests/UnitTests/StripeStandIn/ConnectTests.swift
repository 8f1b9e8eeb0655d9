import Foundation
import HTTPTypes
import Testing

@testable import StripeStandIn

/// Connected accounts.
@Suite struct StandInConnectTests {
    let bench = StandInBench()

    private func connect(_ params: [String] = ["country=DE", "email=owner@agency.example"]) async -> StandInBench.Reply
    {
        await bench.call(
            "POST", "/v1/accounts",
            params + ["controller[stripe_dashboard][type]=express", "capabilities[card_payments][requested]=true"])
    }

    @Test(arguments: [("country=XX", "country_unsupported"), ("email=nobody", "email_invalid")])
    func `C3: wrong countries and e-mails are refused`(_ param: String, _ code: String) async {
        #expect(await connect([param]).code == code)
    }

    @Test func `C4: onboarding link opens once and ends after minutes`() async {
        let account = await connect()
        let terms = [
            "account=\(account.id)", "type=account_onboarding", "refresh_url=https://a.example/refresh",
            "return_url=https://a.example/return",
        ]
        let link = await bench.call("POST", "/v1/account_links", terms)
        #expect(link["expires_at"] == .integer(StandInBench.start + 300))
        let first = await open(link)
        #expect(first.status == 200)
        #expect(await open(link).headers["Location"] == "https://a.example/refresh")
        let second = await bench.call("POST", "/v1/account_links", terms)
        await bench.pass(301)
        #expect(await open(second).headers["Location"] == "https://a.example/refresh")
    }

    @Test(arguments: [
        ("complete", true, true, true), ("incomplete", false, false, false), ("pending", true, false, false),
        ("no_payouts", true, true, false), ("rejected", true, false, false),
    ])
    func `C5: the flags after onboarding`(_ outcome: String, _ submitted: Bool, _ charges: Bool, _ payouts: Bool) async
    {
        let account = await connect()
        await bench.control("POST", "accounts/\(account.id)/onboarding", ["outcome": .string(outcome)])
        let after = await bench.call("GET", "/v1/accounts/\(account.id)")
        #expect(after["details_submitted"] == .bool(submitted))
        #expect(after["charges_enabled"] == .bool(charges))
        #expect(after["payouts_enabled"] == .bool(payouts))
        let told = await bench.call("GET", "/v1/events", headers: [("Stripe-Account", account.id)])
        #expect((told["data"].arrayValue ?? []).contains { $0["type"] == "account.updated" } == submitted)
    }

    @Test func `F6: Connect endpoints get the events of connected accounts, named`() async throws {
        await bench.call(
            "POST", "/v1/webhook_endpoints", ["url=https://a.example/connect", "enabled_events[0]=*", "connect=true"])
        await bench.call("POST", "/v1/webhook_endpoints", ["url=https://a.example/own", "enabled_events[0]=*"])
        let account = await connect()
        await bench.call("POST", "/v1/customers", ["name=A"], headers: [("Stripe-Account", account.id)])
        await bench.call("POST", "/v1/products", ["name=B"])
        await bench.deliver()
        let sent = bench.posted.withLock { $0.map(\.delivery) }
        #expect(
            Set(sent.map { "\($0.url) \($0.type)" }) == [
                "https://a.example/connect customer.created", "https://a.example/own product.created",
            ])
        let event = try JSON.parse(try #require(sent.first { $0.type == "customer.created" }).body)
        #expect(event["account"]?.stringValue == account.id)
    }

    @Test func `accounts of others and accounts that left are closed`() async {
        let account = await connect()
        let behalf = [("Stripe-Account", account.id)]
        #expect(await bench.call("GET", "/v1/customers", headers: behalf).status == 200)
        let stranger = await bench.call("GET", "/v1/customers", key: "sk_test_StrangerStranger", headers: behalf)
        #expect(stranger.status == 403)
        #expect(stranger.code == "account_invalid")
        await bench.control("POST", "accounts/\(account.id)/deauthorize", [:])
        #expect(await bench.call("GET", "/v1/customers", headers: behalf).code == "account_invalid")
    }

    @Test func `only the configured platform creates accounts`() async {
        let bench = StandInBench { $0.platformAccount = "acct_1Platform" }
        let refused = await bench.call("POST", "/v1/accounts", ["country=DE"])
        #expect(refused.code == "platform_account_required")
    }

    @Test func `the state survives a restart`() async throws {
        let price = await bench.price()
        let customer = await bench.customer()
        await bench.call("POST", "/v1/customers", ["name=A"], idempotency: "k1")
        let saved = await bench.standIn.withWorld { Snapshot.write($0) }
        let next = StandInBench()
        #expect(await next.standIn.withWorld { Snapshot.read(saved, into: $0) })
        #expect(await next.call("GET", "/v1/prices/\(price)").status == 200)
        #expect(await next.call("GET", "/v1/customers/\(customer)").status == 200)
        let again = await next.call("POST", "/v1/customers", ["name=A"], idempotency: "k1")
        #expect(again.headers["Idempotent-Replayed"] == "true")
        let written = await next.standIn.withWorld { Snapshot.write($0) }
        #expect(written["accounts"] == saved["accounts"])
    }

    private func open(_ link: StandInBench.Reply) async -> StandInBench.Reply {
        let path = URL(string: link["url"].stringValue ?? "")?.path ?? ""
        let response = await bench.standIn.respond(to: .init(method: .get, path: path))
        return StandInBench.Reply(
            status: response.status.rawValue, headers: response.headers, body: .null, bytes: response.body)
    }
}
