import HTTPTypes
import TestSupport
import Testing

@testable import API

/// "Bad input gets a clear error, nothing lost, nothing half done."
@Suite(.freshDatabase) struct RefusalTests {
    @Test func `a body that is no JSON, or not an object, is told where it breaks`() async throws {
        let tenant = try await Portal().makeTenant()
        for body in ["{", "[1]", "{\"name\":1,}", "{\"name\": \"a\", \"name\": \"b\"}", "\u{1}"] {
            let answer = await tenant.post("/v1/clients", body)
            #expect(answer.status == 400 && answer.code == "invalid_json", "\(body): \(answer.text)")
        }
        let deep = String(repeating: "[", count: 10_000)
        #expect(await tenant.post("/v1/clients", "{\"name\": \(deep)").code == "invalid_json")
    }

    @Test func `unknown, missing and wrong fields are all told at once, with the nearest name`() async throws {
        let tenant = try await Portal().makeTenant()
        let answer = await tenant.post("/v1/clients", "{\"admin_emial\": \"a@b.co\", \"phone\": 7}")
        #expect(answer.status == 400 && answer.code == "invalid_fields")
        let errors = answer["errors"].arrayValue ?? []
        #expect(
            errors.compactMap { $0["code"]?.stringValue }.sorted() == [
                "invalid_field", "parameter_missing", "unknown_field",
            ])
        #expect(answer.text.contains("Did you mean admin_email?"))
        let one = await tenant.post("/v1/clients", "{\"name\": \"x\", \"nonsense\": 1}")
        #expect(one.code == "unknown_field" && one["param"] == "nonsense")
    }

    @Test func `a content type other than JSON is 415`() async throws {
        let tenant = try await Portal().makeTenant()
        let answer = await tenant.portal.send(
            .post, "/v1/clients", key: tenant.key, body: "name=x",
            headers: [("Content-Type", "application/x-www-form-urlencoded")])
        #expect(answer.status == 415 && answer.code == "unsupported_media_type")
    }

    @Test func `no key, a misspelt key, an unknown key and a suspended tenant's key are one 401`() async throws {
        let portal = try Portal()
        let tenant = try await portal.makeTenant()
        let other = try await portal.makeTenant()
        try await TestDatabase.current.run(
            "UPDATE app.tenant SET suspended_at = now() WHERE tenant_id = \(other.number)")
        let unknown = try await portal.makeKey(of: other.id, scopes: ["*"])
        let answers = [
            await portal.send(.get, "/v1/clients"), await portal.send(.get, "/v1/clients", key: "tg_test_abc"),
            await portal.send(.get, "/v1/clients", key: tenant.key.dropLast() + "!"),
            await portal.send(.get, "/v1/clients", key: unknown),
            await portal.send(.get, "/v1/clients", key: other.key),
        ]
        for answer in answers {
            #expect(answer.status == 401 && answer.body == answers[0].body, "\(answer.text)")
            #expect(answer.headers["WWW-Authenticate"] == "Bearer")
        }
    }

    @Test func `who may not ask is told so before the body is looked at`() async throws {
        let portal = try Portal()
        let tenant = try await portal.makeTenant()
        let reader = try await portal.makeKey(of: tenant.id, scopes: ["clients:read"])
        let unknown = try await portal.makeKey(of: tenant.id, scopes: ["*"])
        try await TestDatabase.current.run("UPDATE app.api_key SET revoked_at = now() WHERE scopes = '{*}'")
        for body in ["{", "{\"nonsense\": 1}", "{\"name\": \"4242 4242 4242 4242\"}", "{}"] {
            for key in [nil, "tg_test_abc", unknown] {
                let answer = await portal.send(.post, "/v1/clients", key: key, body: body)
                #expect(answer.status == 401, "\(body): \(answer.text)")
            }
            #expect(await portal.send(.post, "/v1/clients", key: reader, body: body).status == 403, "\(body)")
        }
        #expect(await portal.send(.get, "/v1/clients/nothing", key: unknown).status == 401)
        #expect(await portal.send(.post, "/v1/products", key: unknown, body: "{}").status == 401)
    }

    @Test func `a key without the route's scope is 403, with the noun's star it is not`() async throws {
        let portal = try Portal()
        let tenant = try await portal.makeTenant()
        let reader = try await portal.makeKey(of: tenant.id, scopes: ["clients:read", "access:*"])
        #expect(await portal.send(.get, "/v1/clients", key: reader).status == 200)
        let refused = await portal.send(.post, "/v1/clients", key: reader, body: "{\"name\": \"x\"}")
        #expect(refused.status == 403 && refused.code == "scope_missing")
        #expect(refused["detail"].stringValue == "The API key lacks the scope clients:write.")
        let client = try await tenant.makeClient()
        #expect(await portal.send(.post, "/v1/clients/\(client)/access/block", key: reader).status == 200)
    }

    @Test func `A3: without the feature, saving a key is 403`() async throws {
        let tenant = try await Portal().makeTenant(features: [], connected: false)
        let answer = await tenant.post("/v1/payment_processor", "{\"secret_key\": \"sk_test_51abcdefghijklmnop\"}")
        #expect(answer.status == 403 && answer.code == "feature_not_enabled")
    }

    @Test func `what reaches Stripe needs an Idempotency-Key`() async throws {
        let tenant = try await Portal().makeTenant()
        for route in Routes.all where route.idempotency == .required {
            let path = route.pattern.replacing("{client}", with: "cl_0").replacing("{subscription}", with: "sb_0")
            let answer = await tenant.portal.send(route.method, path, key: tenant.key, body: "{}")
            #expect(answer.status == 400 || answer.status == 404, "\(path): \(answer.text)")
        }
        let answer = await tenant.portal.send(
            .post, "/v1/payment_processor/verify", key: tenant.key, body: "{}")
        #expect(answer.status == 400 && answer.code == "idempotency_key_missing")
        let blank = await tenant.post("/v1/payment_processor/verify", idempotencyKey: "a b")
        #expect(blank.status == 400 && blank.code == "invalid_header")
    }

    @Test func `card numbers are refused without an echo`() async throws {
        let tenant = try await Portal().makeTenant()
        for body in [
            "{\"name\": \"4242 4242 4242 4242\"}",
            "{\"name\": \"x\", \"metadata\": {\"note\": \"card 4242-4242-4242-4242.\"}}",
            "{\"name\": \"x\", \"card\": {\"number\": \"x\"}}", "{\"name\": \"x\", \"phone\": 4242424242424242}",
        ] {
            let answer = await tenant.post("/v1/clients", body)
            #expect(
                answer.status == 422 && answer.code == "pan_rejected" && !answer.text.contains("4242"), "\(answer.text)"
            )
        }
    }

    @Test func `unknown addresses, methods and queries are told`() async throws {
        let tenant = try await Portal().makeTenant()
        #expect(await tenant.get("/v1/nothing").status == 404)
        let method = await tenant.portal.send(.delete, "/v1/clients", key: tenant.key)
        #expect(method.status == 405 && method.headers["Allow"]?.contains("GET") == true)
        for query in [
            "?limit=0", "?limit=101", "?limit=x", "?limit=1&limit=2", "?lmit=1", "?starting_after=cl_1",
        ] {
            let answer = await tenant.get("/v1/clients\(query)")
            #expect(answer.status == 400 && answer.code == "invalid_query", "\(query): \(answer.text)")
        }
        let id = "cl_" + String(repeating: "0", count: 32)
        let both = await tenant.get("/v1/clients?starting_after=\(id)&ending_before=\(id)")
        #expect(both.status == 422 && both.code == "invalid_combination", "\(both.text)")
        #expect(await tenant.get("/v1/clients?lmit=1")["param"].stringValue == "lmit", "which name is told")
    }

    @Test(arguments: [
        ("{\"secret_key\": \"pk_test_abcdefghijkl\"}", "invalid_secret_key_prefix"),
        ("{\"secret_key\": \"whsec_abcdefghijkl\"}", "invalid_secret_key_prefix"),
        ("{\"secret_key\": \"hello\"}", "invalid_secret_key_prefix"),
        ("{\"secret_key\": \"\"}", "invalid_secret_key_prefix"),
        ("{\"secret_key\": \"sk_test_\"}", "invalid_secret_key"),
        ("{\"secret_key\": \"sk_test_…4242\"}", "invalid_secret_key"),
        ("{\"secret_key\": \"sk_live_51abcdefghijklmnop\"}", "livemode_mismatch"), ("{}", "parameter_missing"),
        ("{\"secret_key\": 7}", "invalid_field"),
    ])
    func `A6: what is no key for this mode is refused, and nothing is kept`(body: String, code: String) async throws {
        let tenant = try await Portal().makeTenant(connected: false)
        let answer = await tenant.post("/v1/payment_processor", body)
        let status = code == "livemode_mismatch" ? 422 : 400
        #expect(answer.status == status && answer.code == code && answer["param"] == "secret_key", "\(answer.text)")
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM app.sealed_secret") == "0")
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM app.command") == "0")
    }

    @Test func `without a connection nothing that needs Stripe is accepted`() async throws {
        let tenant = try await Portal().makeTenant(connected: false)
        let body =
            "{\"name\": \"Pro\", \"pricing_model\": \"one_time\", \"price\": {\"amount\": 1, \"currency\": \"usd\"}}"
        let answer = await tenant.post("/v1/products", body)
        #expect(answer.status == 409 && answer.code == "payment_processor_missing")
        #expect(await tenant.get("/v1/payment_processor").status == 404)
    }

    @Test(arguments: [
        ("\"pricing_model\": \"usage_based\", \"billing_period\": \"monthly\"", "invalid_combination", "usage_metric"),
        ("\"pricing_model\": \"base_fee\"", "invalid_combination", "billing_period"),
        ("\"pricing_model\": \"one_time\", \"billing_period\": \"monthly\"", "invalid_combination", "billing_period"),
        ("\"pricing_model\": \"free\"", "invalid_field", "pricing_model"),
        (
            "\"pricing_model\": \"one_time\", \"usage_limit\": 100, \"usage_metric\": \"minutes\"",
            "invalid_combination",
            "usage_limit"
        ),
        (
            "\"pricing_model\": \"base_fee\", \"interval\": \"year\", \"interval_count\": 4", "invalid_interval",
            "interval_count"
        ),
    ])
    func `D: a product's form is checked`(form: String, code: String, param: String) async throws {
        let tenant = try await Portal().makeTenant()
        let answer = await tenant.post(
            "/v1/products", "{\"name\": \"Pro\", \"price\": {\"amount\": 1, \"currency\": \"usd\"}, \(form)}")
        #expect(answer.status == (code == "invalid_field" ? 400 : 422), "\(answer.text)")
        #expect(answer.code == code && answer["param"] == .string(param), "\(answer.text)")
    }

    @Test(arguments: [
        ("{\"amount\": 25.5, \"currency\": \"usd\"}", "invalid_field"),
        ("{\"amount\": -1, \"currency\": \"usd\"}", "invalid_field"),
        ("{\"amount\": 1, \"currency\": \"xyz\"}", "invalid_currency"),
        ("{\"amount\": 1235, \"currency\": \"kwd\"}", "amount_not_chargeable"),
        ("{\"amount\": 550, \"currency\": \"isk\"}", "amount_not_chargeable"),
        ("{\"amount\": \"1\", \"currency\": \"usd\"}", "invalid_field"),
        ("{\"amount\": 1}", "parameter_missing"), ("7", "invalid_field"), ("null", "parameter_missing"),
    ])
    func `D8 D9: amounts are whole minor units of a currency Stripe charges in`(price: String, code: String)
        async throws
    {
        let tenant = try await Portal().makeTenant()
        let answer = await tenant.post(
            "/v1/products", "{\"name\": \"P\", \"pricing_model\": \"one_time\", \"price\": \(price)}")
        let status = code == "amount_not_chargeable" ? 422 : 400
        #expect(answer.status == status && answer.code == code, "\(answer.text)")
    }
}
