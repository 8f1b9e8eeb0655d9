import Foundation
import HTTPTypes
import Testing

@testable import StripeStandIn

/// What Stripe refuses is refused, in Stripe's words.
@Suite struct StandInStrictnessTests {
    let bench = StandInBench()

    @Test func `every operation of the schema is served and none else`() {
        #expect(Set(OperationTable.all.names) == Set(Schema.embedded.operations.keys))
        #expect(OperationTable.all.names.count == Set(OperationTable.all.names).count)
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let path: String
        let params: [String]
        let code: String?
        let param: String
        var testDescription: String { "\(path) \(params)" }
    }

    @Test(arguments: [
        Wrong(path: "/v1/customers", params: ["colour=red"], code: "parameter_unknown", param: "colour"),
        Wrong(
            path: "/v1/customers", params: ["address[planet]=Mars"], code: "parameter_unknown", param: "address[planet]"
        ),
        Wrong(path: "/v1/customers", params: ["email="], code: "parameter_invalid_empty", param: "email"),
        Wrong(path: "/v1/customers", params: ["email=nobody"], code: "email_invalid", param: "email"),
        Wrong(path: "/v1/customers", params: ["balance=ten"], code: "parameter_invalid_integer", param: "balance"),
        Wrong(path: "/v1/customers", params: ["metadata=x"], code: nil, param: "metadata"),
        Wrong(path: "/v1/products", params: [], code: "parameter_missing", param: "name"),
        Wrong(path: "/v1/products", params: ["name=A", "active=yes"], code: nil, param: "active"),
        Wrong(path: "/v1/prices", params: ["currency=usd"], code: "parameter_missing", param: "product"),
        Wrong(path: "/v1/checkout/sessions", params: ["mode=give"], code: nil, param: "mode"),
        Wrong(
            path: "/v1/checkout/sessions",
            params: ["mode=setup", "currency=usd", "success_url=https://a.example", "payment_method_types[0]=card"],
            code: "parameter_unknown", param: "payment_method_types"),
        Wrong(path: "/v1/subscriptions", params: ["customer=cus_none"], code: "resource_missing", param: "customer"),
        Wrong(path: "/v1/subscriptions", params: ["coupon=X"], code: "parameter_unknown", param: "coupon"),
        Wrong(path: "/v1/invoices", params: ["customer=cus_none"], code: "resource_missing", param: "customer"),
        Wrong(path: "/v1/invoiceitems", params: ["price=p"], code: "parameter_unknown", param: "price"),
        Wrong(
            path: "/v1/webhook_endpoints", params: ["url=https://a.example/h"], code: "parameter_missing",
            param: "enabled_events"),
        Wrong(
            path: "/v1/webhook_endpoints", params: ["url=https://a.example/h", "enabled_events[0]=no.such.event"],
            code: nil,
            param: "enabled_events[0]"),
        Wrong(
            path: "/v1/webhook_endpoints", params: ["url=nowhere", "enabled_events[0]=*"], code: "url_invalid",
            param: "url"),
    ])
    func `wrong parameters are refused`(_ wrong: Wrong) async {
        let refused = await bench.call("POST", wrong.path, wrong.params)
        #expect(refused.status == 400)
        #expect(refused["error.type"] == "invalid_request_error")
        #expect(refused.code == wrong.code)
        #expect(refused.param == wrong.param)
    }

    @Test func `limits of metadata`() async {
        let many = (0...50).map { "metadata[k\($0)]=v" }
        #expect(await bench.call("POST", "/v1/customers", many).status == 400)
        let longKey = String(repeating: "k", count: 41)
        #expect(await bench.call("POST", "/v1/customers", ["metadata[\(longKey)]=v"]).status == 400)
        let longValue = String(repeating: "v", count: 501)
        #expect(await bench.call("POST", "/v1/customers", ["metadata[k]=\(longValue)"]).status == 400)
        let full = (0..<50).map { "metadata[k\($0)]=v" }
        #expect(await bench.call("POST", "/v1/customers", full).status == 200)
    }

    @Test func `an empty metadata value takes the key away`() async {
        let made = await bench.call("POST", "/v1/customers", ["metadata[a]=1", "metadata[b]=2"])
        let after = await bench.call("POST", "/v1/customers/\(made.id)", ["metadata[a]="])
        #expect(after["metadata"] == ["b": "2"])
    }

    @Test func `the version must be named and be the pin`() async {
        let none = await bench.call("GET", "/v1/balance", headers: [("Stripe-Version", "")])
        #expect(none.status == 400)
        let old = await bench.call("GET", "/v1/balance", headers: [("Stripe-Version", "2024-06-20")])
        #expect(old.status == 400)
        #expect(old.message.contains("Invalid Stripe API version"))
    }

    @Test func `keys of the wrong shape are refused without their letters`() async {
        for key in ["pk_test_51BenchBenchBench", "whsec_BenchBenchBench", "rubbish", "sk_test_short", ""] {
            let refused = await bench.call("GET", "/v1/account", key: key)
            #expect(refused.status == 401)
            if key.count > 12 { #expect(!refused.message.contains(key)) }
        }
    }

    @Test func `A11: a revoked key and an expired key answer 401`() async {
        let key =
            (await bench.control("POST", "keys", ["same_account_as": .string(StandInBench.key)]))["key"].stringValue
            ?? ""
        #expect(await bench.call("GET", "/v1/account", key: key).status == 200)
        await bench.control("POST", "keys/expire", ["key": .string(key)])
        #expect(await bench.call("GET", "/v1/account", key: key).code == "api_key_expired")
        await bench.control("POST", "keys/restore", ["key": .string(key)])
        await bench.control("POST", "keys/revoke", ["key": .string(key)])
        let refused = await bench.call("GET", "/v1/account", key: key)
        #expect(refused.status == 401)
        #expect(refused.message.hasPrefix("Invalid API Key provided: sk_test_"))
    }

    @Test func `a restricted key is told the permission it lacks`() async {
        let made = await bench.control("POST", "keys", ["kind": "rk", "permissions": ["rak_product_write"]])
        let key = made["key"].stringValue ?? ""
        #expect(await bench.call("GET", "/v1/products", key: key).status == 200)
        let refused = await bench.call("POST", "/v1/customers", ["name=A"], key: key)
        #expect(refused.status == 403)
        #expect(refused.message.contains("rak_customer_write"))
    }

    @Test func `test and live of one account are two worlds`() async {
        let live = StandInBench.key.replacingOccurrences(of: "_test_", with: "_live_")
        let made = await bench.call("POST", "/v1/customers", ["name=A"])
        #expect(await bench.call("GET", "/v1/account", key: live).id == (await bench.call("GET", "/v1/account")).id)
        #expect(await bench.call("GET", "/v1/customers/\(made.id)", key: live).status == 404)
        #expect(await bench.call("GET", "/v1/balance", key: live)["livemode"] == true)
        let refused = await bench.call(
            "POST", "/v1/webhook_endpoints", ["url=http://a.example/h", "enabled_events[0]=*"], key: live)
        #expect(refused.param == "url")
    }

    @Test func `bodies that are no form and paths that are none are refused`() async {
        let json = await bench.call(
            "POST", "/v1/customers", ["name=A"], headers: [("Content-Type", "application/json")])
        #expect(json.status == 400)
        let unknown = await bench.call("GET", "/v1/wonders")
        #expect(unknown.status == 404)
        #expect(unknown.message.hasPrefix("Unrecognized request URL (GET: /v1/wonders)"))
    }

    @Test func `too many calls in a second are refused`() async {
        let bench = StandInBench { $0.limitsRates = true }
        for _ in 0..<25 { #expect(await bench.call("GET", "/v1/balance").status == 200) }
        let refused = await bench.call("GET", "/v1/balance")
        #expect(refused.status == 429)
        #expect(refused.code == "rate_limit")
        #expect(refused.headers["Stripe-Rate-Limited-Reason"] == "global-rate")
        await bench.pass(1)
        #expect(await bench.call("GET", "/v1/balance").status == 200)
    }

    @Test func `the log of requests knows who asked but no key`() async {
        await bench.call("POST", "/v1/customers", ["name=A"], idempotency: "k1")
        let log = await bench.control("GET", "requests")
        #expect(log["data.0.path"] == "/v1/customers")
        #expect(log["data.0.idempotency_key"] == "k1")
        #expect(log["data.0.status"] == 200)
        #expect(!String(decoding: log.bytes, as: UTF8.self).contains(StandInBench.key))
    }
}
