import Crypto
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import API

/// `If-Match`: what was decided on an old reading is not done, at any address that shows a tag.
@Suite(.freshDatabase) struct FreshnessTests {
    private typealias Change = (method: HTTPMethod, path: String, body: String)

    @Test func `a tag of an old reading is refused at every address that shows one, a fresh one is taken`()
        async throws
    {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        for change in try await changes(mine) {
            func send(_ tag: String) async -> Answer {
                await portal.send(
                    change.method, change.path, key: mine.key, body: change.body,
                    headers: [("If-Match", tag), ("Idempotency-Key", UUID().uuidString)])
            }
            let words = "\(change.method.rawValue) \(change.path)"
            let tag = try #require(await mine.get(change.path).headers["ETag"], "\(words)")
            let stale = await send("\"00000000000000000000000000000000\"")
            #expect(stale.status == 412 && stale.code == "precondition_failed", "\(words): \(stale.text)")
            #expect(await mine.get(change.path).headers["ETag"] == tag, "\(words): it was changed")
            let fresh = await send(tag)
            #expect((200..<300).contains(fresh.status), "\(words): \(fresh.text)")
        }
    }

    @Test func `of two changes decided on one reading, one is done`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let price = try await mine.makePrice()
        let product = await mine.get("/v1/prices/\(price)")["product"].stringValue ?? ""
        for round in 0..<6 {
            let tag = try #require(await mine.get("/v1/products/\(product)").headers["ETag"])
            let codes = await withTaskGroup(of: Int.self) { group in
                for name in ["one", "two", "three"] {
                    group.addTask {
                        await portal.send(
                            .patch, "/v1/products/\(product)", key: mine.key,
                            body: #"{"description": "\#(name) \#(round)"}"#, headers: [("If-Match", tag)]
                        ).status
                    }
                }
                return await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(codes.count { $0 == 412 } == 2, "round \(round): \(codes)")
        }
    }

    @Test func `a change that is asked for again with its tag and its key is answered as it was`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let client = try await mine.makeClient()
        let tag = try #require(await mine.get("/v1/clients/\(client)").headers["ETag"])
        func change() async -> Answer {
            await portal.send(
                .patch, "/v1/clients/\(client)", key: mine.key, body: #"{"name": "Mill"}"#,
                headers: [("If-Match", tag), ("Idempotency-Key", "again")])
        }
        #expect(await change().status == 200)
        let again = await change()
        #expect(again.status == 200 && again.headers["Idempotent-Replayed"] == "true", "\(again.text)")
    }

    @Test
    func `what would be passed over is refused: a tag where nothing has one, a rehearsal of what is not rehearsed`()
        async throws
    {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let tagged = await mine.post("/v1/clients", #"{"name": "Mill"}"#, headers: [("If-Match", "*")])
        #expect(tagged.status == 400 && tagged.code == "invalid_header", "\(tagged.text)")
        let client = try await mine.makeClient()
        let token = #"{"client": "\#(client)"}"#
        let rehearsed = await mine.post("/v1/access/token?dry_run=true", token)
        #expect(rehearsed.status == 400 && rehearsed.code == "invalid_query", "\(rehearsed.text)")
    }

    @Test func `the same key with another query is another request`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let client = try await mine.makeClient()
        func close(_ query: String) async -> Answer {
            await portal.send(
                .delete, "/v1/clients/\(client)\(query)", key: mine.key, headers: [("Idempotency-Key", "close")])
        }
        #expect(await close("").status == 202)
        #expect(await close("").headers["Idempotent-Replayed"] == "true")
        #expect(await close("?open_invoices=void").code == "idempotency_key_reused")
    }

    /// One change of each resource that shows a tag and that this tenant may change.
    private func changes(_ mine: Tenancy) async throws -> [Change] {
        let (client, other) = (try await mine.makeClient(), try await mine.makeClient())
        let price = try await mine.makePrice()
        let product = await mine.get("/v1/prices/\(price)")["product"].stringValue ?? ""
        let agent = await mine.post("/v1/agents", #"{"client": "\#(client)", "name": "Bot", "platform": "text"}"#)
        let user = await mine.post("/v1/portal_users", #"{"role": "support"}"#)
        let key = await mine.post("/v1/api_keys", #"{"name": "Reader", "scopes": ["clients:read"]}"#)
        let coupon = await mine.post("/v1/coupons", #"{"name": "Ten", "percent_off": "10", "duration": "once"}"#)
        let subscription = await mine.post(
            "/v1/subscriptions", #"{"client": "\#(client)", "items": [{"price": "\#(price)"}]}"#)
        let plan = await mine.post(
            "/v1/plans", #"{"name": "Gold", "prices": [{"price": "\#(price)"}], "visibility": "public"}"#)
        let credits = await portalPut(mine, "/v1/credit_pricing", #"{"agency_cost": "0.01", "currency": "usd"}"#)
        #expect(credits.status == 200, "\(credits.text)")
        var changes: [Change] = [
            (.patch, "/v1/clients/\(client)", #"{"name": "Mill"}"#), (.delete, "/v1/clients/\(other)", ""),
            (.patch, "/v1/products/\(product)", #"{"description": "Words"}"#),
            (.patch, "/v1/prices/\(price)", #"{"lookup_key": "gold"}"#),
            (.patch, "/v1/agents/\(agent.id)", #"{"name": "Bot 2"}"#),
            (.patch, "/v1/portal_users/\(user.id)", #"{"name": "Ann"}"#), (.delete, "/v1/portal_users/\(user.id)", ""),
            (.delete, "/v1/api_keys/\(key.id)", ""), (.put, "/v1/branding", #"{"name": "Northern Lights"}"#),
            (.put, "/v1/dunning_policy", #"{"block_on": "unpaid"}"#),
            (.put, "/v1/credit_policy", #"{"on_exhausted": "block"}"#),
            (.put, "/v1/credit_pricing", #"{"agency_cost": "0.02", "currency": "usd"}"#),
            (.put, "/v1/usage_policy", #"{"late_usage": "write_off"}"#),
            (.patch, "/v1/subscriptions/\(subscription.target)", #"{"metadata": {"a": "b"}}"#),
        ]
        #expect(plan.status < 300 && coupon.status < 300, "\(plan.text) \(coupon.text)")
        changes.append((.patch, "/v1/plans/\(plan.status == 202 ? plan.target : plan.id)", #"{"name": "Gold 2"}"#))
        changes.append((.delete, "/v1/coupons/\(coupon.target)", ""))
        changes.append((.delete, "/v1/products/\(product)", ""))
        changes.append((.delete, "/v1/payment_processor", ""))
        return changes
    }

    private func portalPut(_ mine: Tenancy, _ path: String, _ body: String) async -> Answer {
        await mine.portal.send(.put, path, key: mine.key, body: body)
    }
}
