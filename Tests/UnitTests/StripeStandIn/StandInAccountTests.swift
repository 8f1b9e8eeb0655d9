import Foundation
import HTTPTypes
import Testing

@testable import StripeStandIn

/// What happens to accounts and keys, the portal, tax numbers and searches.
@Suite struct StandInAccountTests {
    let bench = StandInBench()

    @Test func `an account changes and tells so`() async {
        let account = await bench.call("GET", "/v1/account").id
        await bench.control(
            "POST", "accounts/\(account)",
            ["charges_enabled": false, "disabled_reason": "under_review", "currently_due": ["company.tax_id"]])
        let now = await bench.call("GET", "/v1/account")
        #expect(now["charges_enabled"] == false)
        #expect(now["requirements.disabled_reason"] == "under_review")
        let event = await bench.call("GET", "/v1/events", ["type=account.updated"])
        #expect(event["data.0.data.previous_attributes.charges_enabled"] == true)
        await bench.control("POST", "accounts/\(account)", ["external_account": false])
        let poor = await bench.call("GET", "/v1/account")
        #expect(poor["payouts_enabled"] == false)
        #expect(poor["requirements.currently_due"] == ["company.tax_id", "external_account"])
    }

    @Test func `a rolled key works until its time is over`() async {
        let key = "sk_test_51RollRollRollRollRoll0001"
        let account = await bench.call("GET", "/v1/account", key: key).id
        let rolled = await bench.control("POST", "keys/roll", ["key": .string(key), "expires_in": 60])
        let new = rolled["key"].stringValue ?? ""
        #expect(await bench.call("GET", "/v1/account", key: new).id == account)
        #expect(await bench.call("GET", "/v1/account", key: key).status == 200)
        await bench.pass(60)
        #expect(await bench.call("GET", "/v1/account", key: key).code == "api_key_expired")
        #expect(await bench.call("GET", "/v1/account", key: new).status == 200)
    }

    @Test func `a restricted key is told which permission it lacks`() async {
        let made = await bench.control(
            "POST", "keys", ["kind": "rk", "permissions": ["rak_customer_read", "rak_billing_meter_write"]])
        let key = made["key"].stringValue ?? ""
        #expect(await bench.call("GET", "/v1/customers", key: key).status == 200)
        let refused = await bench.call("POST", "/v1/customers", key: key)
        #expect(refused.status == 403)
        #expect(refused["error.type"] == "invalid_request_error")
        #expect(refused.message.contains("Having the 'rak_customer_write' permission would allow this request"))
        #expect(await bench.call("GET", "/v1/billing/meters", key: key).status == 200)
    }

    @Test func `the portal takes another card`() async throws {
        let customer = await bench.customer()
        let none = await bench.call("POST", "/v1/billing_portal/sessions", ["customer=\(customer)"])
        #expect(none.message.hasPrefix("No configuration provided"))
        let configuration = await bench.call(
            "POST", "/v1/billing_portal/configurations",
            [
                "features[payment_method_update][enabled]=true", "features[customer_update][enabled]=true",
                "features[customer_update][allowed_updates][0]=email", "default_return_url=https://a.example/billing",
            ])
        #expect(configuration["features.customer_update.allowed_updates"] == ["email"])
        #expect(configuration["features.subscription_cancel.enabled"] == false)
        let session = await bench.call(
            "POST", "/v1/billing_portal/sessions",
            [
                "customer=\(customer)", "configuration=\(configuration.id)", "flow_data[type]=payment_method_update",
                "flow_data[after_completion][type]=redirect",
                "flow_data[after_completion][redirect][return_url]=https://a.example/done",
            ])
        let url = try #require(URLComponents(string: session["url"].stringValue ?? ""))
        #expect(await bench.standIn.respond(to: .init(method: .get, path: url.path)).status == .ok)
        let done = await bench.standIn.respond(
            to: .init(method: .post, path: url.path, body: Array("card=5555555555554444".utf8)))
        #expect(done.headers["Location"] == "https://a.example/done")
        let after = await bench.call(
            "GET", "/v1/customers/\(customer)", ["expand[0]=invoice_settings.default_payment_method"])
        #expect(after["invoice_settings.default_payment_method.card.brand"] == "mastercard")
        await bench.call("POST", "/v1/billing_portal/configurations/\(configuration.id)", ["active=false"])
        let inactive = await bench.call(
            "POST", "/v1/billing_portal/sessions", ["customer=\(customer)", "configuration=\(configuration.id)"])
        #expect(inactive.param == "configuration")
    }

    @Test func `a deleted customer can be asked for like any other, with what it no longer has`() async {
        let customer = await bench.customer(nil)
        _ = await bench.call("DELETE", "/v1/customers/\(customer)")
        let gone = await bench.call(
            "GET", "/v1/customers/\(customer)", ["expand[0]=invoice_settings.default_payment_method", "expand[1]=tax"])
        #expect(gone.status == 200 && gone["deleted"] == true, "\(gone)")
        #expect(gone.id == customer)
    }

    @Test func `tax numbers of a customer`() async {
        let customer = await bench.customer(nil)
        let path = "/v1/customers/\(customer)/tax_ids"
        let made = await bench.call("POST", path, ["type=eu_vat", "value=DE123456789"])
        #expect(made["country"] == "DE")
        #expect(await bench.call("POST", path, ["type=eu_vat", "value=x"]).code == "tax_id_invalid")
        let shown = await bench.call("GET", "/v1/customers/\(customer)", ["expand[0]=tax_ids"])
        #expect(shown["tax_ids.data.0.value"] == "DE123456789")
        #expect(await bench.call("DELETE", path + "/" + made.id)["deleted"] == true)
        #expect(await bench.call("GET", path)["data"] == [])
    }

    @Test(
        arguments: [
            ("email:\"ann@example.com\"", ["Ann"]), ("name~\"ann\"", ["Hanna", "Ann"]),
            ("metadata[\"tg\"]:\"2\"", ["Hanna"]), ("name~\"ann\" AND -metadata[\"tg\"]:\"2\"", ["Ann"]),
            ("phone:null OR email:'nobody'", ["Bert", "Hanna", "Ann"]), ("created<5", []),
        ] as [(String, [String])])
    func `customers are searched`(_ query: String, _ names: [String]) async {
        for (name, email, tag) in [
            ("Ann", "Ann@example.com", "1"), ("Hanna", "hanna@example.com", "2"), ("Bert", "bert@example.com", "3"),
        ] {
            await bench.call("POST", "/v1/customers", ["name=\(name)", "email=\(email)", "metadata[tg]=\(tag)"])
        }
        let found = await bench.call("GET", "/v1/customers/search", ["query=\(query)"])
        #expect(found["object"] == "search_result")
        #expect(found["data"].arrayValue?.compactMap { $0["name"]?.stringValue } == names)
    }

    @Test func `a search pages, and says what it does not understand`() async {
        for index in 0..<3 { await bench.call("POST", "/v1/customers", ["name=Client \(index)"]) }
        let first = await bench.call("GET", "/v1/customers/search", ["query=name~\"client\"", "limit=2"])
        #expect(first["has_more"] == true)
        let second = await bench.call(
            "GET", "/v1/customers/search",
            ["query=name~\"client\"", "limit=2", "page=\(first["next_page"].stringValue ?? "")"])
        #expect(second["data.0.name"] == "Client 0")
        for query in ["name", "colour:\"red\"", "name:\"a\" AND email:\"b\" OR phone:\"c\""] {
            #expect(await bench.call("GET", "/v1/customers/search", ["query=\(query)"]).param == "query", "\(query)")
        }
    }
}
