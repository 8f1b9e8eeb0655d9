import HTTPTypes
import TestSupport
import Testing

@testable import API

/// Where the contract draws its lines, the API draws them too. `tools/check-api` found each of these.
@Suite(.freshDatabase) struct ContractEdgeTests {
    @Test func `characters are counted as JSON Schema counts them: code points`() async throws {
        let tenant = try await Portal().makeTenant()
        // An e with two marks is one character to a reader, and three to JSON Schema.
        let marked = "e\u{301}\u{323}"
        let most = String(repeating: marked, count: 66) + "ee"
        #expect(await tenant.post("/v1/clients", #"{"name": "\#(most)"}"#).status == 201)
        let more = await tenant.post("/v1/clients", #"{"name": "\#(most)e"}"#)
        #expect(more.status == 400 && more["param"] == "name", "\(more.text)")
        let note = String(repeating: marked, count: 167)
        let noted = await tenant.post("/v1/clients", #"{"name": "x", "metadata": {"note": "\#(note)"}}"#)
        #expect(noted.status == 400 && noted["param"] == "metadata", "\(noted.text)")
    }

    @Test func `a reference has no control characters, in the path and in a body`() async throws {
        let tenant = try await Portal().makeTenant()
        for id in [#"ext:\u0000"#, #"stripe:a\u0007"#] {
            let user = await tenant.post(
                "/v1/portal_users", #"{"role": "client_member", "client": "\#(id)"}"#)
            #expect(user.status == 400 && user["errors"][0]?["param"] == "client", "\(user.text)")
        }
        #expect(await tenant.get("/v1/clients/ext:a\u{7}").status == 404)
        // A mark right behind the colon makes one character of both for a reader, and is still a reference.
        #expect(await tenant.get("/v1/product_options?agent=ext:%CC%81").status == 404)
        let long = String(repeating: "é", count: 255)
        let stranger = await tenant.post("/v1/portal_users", #"{"role": "client_member", "client": "ext:\#(long)"}"#)
        #expect(stranger.status == 404, "\(stranger.text)")
    }

    @Test func `a rehearsal wants a good Idempotency-Key like the deed itself`() async throws {
        let tenant = try await Portal().makeTenant()
        let path = "/v1/payment_processor/verify?dry_run=true"
        let without = await tenant.portal.send(.post, path, key: tenant.key, body: "{}")
        #expect(without.status == 400 && without.code == "idempotency_key_missing", "\(without.text)")
        let blank = await tenant.post("/v1/clients?dry_run=true", #"{"name": "x"}"#, idempotencyKey: "a b")
        #expect(blank.status == 400 && blank.code == "invalid_header", "\(blank.text)")
        let good = await tenant.post(path)
        #expect(good.status == 200 && good["planned"] == ["connection.check"], "\(good.text)")
    }

    @Test func `what is accepted without a command plans none`() async throws {
        let tenant = try await Portal().makeTenant()
        let told = await tenant.post("/v1/events/redeliver?dry_run=true", #"{"since": 0}"#)
        #expect(told.status == 200 && told["status"] == 202 && told["planned"] == [], "\(told.text)")
    }

    @Test func `a moment that has passed fits the contract, and cannot be: 422`() async throws {
        let tenant = try await Portal().makeTenant()
        let client = try await tenant.makeClient()
        for (path, body) in [
            ("/v1/api_keys", #"{"name": "x", "scopes": ["*"], "expires_at": 1}"#),
            ("/v1/clients/\(client)/access/block", #"{"expires_at": 1}"#),
            ("/v1/coupons", #"{"name": "x", "percent_off": 5, "duration": "once", "redeem_by": 946684800}"#),
        ] {
            let answer = await tenant.post(path, body)
            #expect(answer.status == 422 && answer.code == "moment_out_of_range", "\(path): \(answer.text)")
        }
    }

    @Test func `several refusals are 400 as soon as one of them is about the form`() async throws {
        let tenant = try await Portal().makeTenant()
        let price = #""price": {"currency": "usd"}"#
        let both = await tenant.post(
            "/v1/products", #"{"name": "x", "pricing_model": "one_time", "billing_period": "monthly", \#(price)}"#)
        #expect(both.status == 422 && both.code == "invalid_combination", "\(both.text)")
        let form = await tenant.post(
            "/v1/products",
            #"{"name": "", "pricing_model": "one_time", "billing_period": "monthly", \#(price)}"#)
        #expect(form.status == 400 && form.code == "invalid_fields", "\(form.text)")
    }

    @Test func `a window of usage is of whole minutes, and in order`() async throws {
        let tenant = try await Portal().makeTenant()
        let odd = await tenant.post("/v1/usage_checks", #"{"start": 61, "end": 120}"#)
        #expect(odd.status == 400 && odd["param"] == "start", "\(odd.text)")
        let turned = await tenant.post("/v1/usage_checks", #"{"start": 120, "end": 60}"#)
        #expect(turned.status == 422 && turned["param"] == "end", "\(turned.text)")
    }
}
