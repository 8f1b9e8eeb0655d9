import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import API

/// S14: another tenant's id is as unknown as one that never was, at every address that takes one, to the byte.
@Suite(.freshDatabase) struct IsolationOfAnswersTests {
    @Test(arguments: [false, true]) func `V10: every route answers a foreign id and an unknown id with the same 404`(
        livemode: Bool
    ) async throws {
        let portal = try Portal()
        // The other tenant may be the same agency's live side: it is as far away.
        let (mine, other) = (try await portal.makeTenant(), try await portal.makeTenant(livemode: livemode))
        let price = try await other.makePrice()
        let client = try await other.makeClient(card: true)
        let subscription = await other.post(
            "/v1/subscriptions", #"{"client": "\#(client)", "items": [{"price": "\#(price)"}]}"#)
        let once = try await other.makePrice(period: nil)
        let invoice = await other.post(
            "/v1/invoices", #"{"client": "\#(client)", "price": "\#(once)", "collection": "auto_charge"}"#)
        #expect(subscription.status == 202 && invoice.status == 202, "\(subscription.text) \(invoice.text)")
        let product = await other.get("/v1/products")["data"][0]?["id"]?.stringValue ?? ""
        var foreign = try await made(for: other)
        let known = [
            "client": client, "price": price, "product": product, "subscription": subscription.target,
            "invoice": invoice.target,
            "command": subscription.id,
            "agent": await other.post(
                "/v1/agents", #"{"client": "\#(client)", "name": "a", "platform": "text"}"#
            ).id,
            "api_key": await other.post("/v1/api_keys", #"{"name": "k", "scopes": ["clients:read"]}"#).id,
            "portal_user": await other.post("/v1/portal_users", #"{"role": "support"}"#).id,
            "domain": await other.post("/v1/branding/domains", #"{"domain": "portal.example.com"}"#).id,
        ]
        foreign.merge(known) { $1 }
        let bodies = ["payment_setup": #"{"success_url": "https://a.b/c", "cancel_url": "https://a.b/d"}"#]
        var checked = 0
        for route in Routes.all where route.scope != nil && route.pattern.contains("{") {
            let name = String(route.pattern.split(separator: "{")[1].split(separator: "}")[0])
            let theirs = try #require(foreign[name], "no foreign \(name)")
            let unknown = theirs.split(separator: "_")[0] + "_" + String(repeating: "0", count: 31) + "1"
            let body = bodies.first { route.pattern.hasSuffix($0.key) }?.value ?? "{}"
            var answers: [Answer] = []
            for id in [theirs, String(unknown), "\(theirs.split(separator: "_")[0])_nonsense"] {
                let path = route.pattern.replacing("{\(name)}", with: id)
                answers.append(
                    await portal.send(
                        route.method, path, key: mine.key, body: route.method == .get ? nil : body,
                        headers: [("Idempotency-Key", UUID().uuidString)]))
            }
            // A body that is wrong for everybody is told before anything is looked for, and tells nothing either.
            let told = answers[0].status
            #expect(told == 404 || (told == 400 && route.method != .get), "\(route.pattern): \(answers[0].text)")
            #expect(
                answers[1].status == told && answers[1].body == answers[0].body
                    && (answers[2].body == answers[0].body || answers[2].status == 404),
                "\(route.pattern): \(answers.map(\.text))")
            #expect(headers(answers[0]) == headers(answers[1]))
            // And it is there for its owner: otherwise the line above proves nothing.
            if route.method == .get, known[name] != nil, route.pattern.hasSuffix("}"),
                route.pattern.count(where: { $0 == "{" }) == 1
            {
                let own = await other.get(route.pattern.replacing("{\(name)}", with: theirs))
                #expect(own.status == 200, "\(route.pattern): \(own.text)")
            }
            checked += 1
        }
        #expect(checked >= 14)
    }

    @Test func `a foreign id in a body is as unknown too`() async throws {
        let portal = try Portal()
        let (mine, other) = (try await portal.makeTenant(), try await portal.makeTenant())
        let (client, price) = (try await other.makeClient(card: true), try await other.makePrice())
        let (myClient, myPrice) = (try await mine.makeClient(card: true), try await mine.makePrice())
        let never = String(repeating: "0", count: 31) + "1"
        for (path, first, second) in [
            (
                "/v1/subscriptions", #"{"client": "\#(client)", "items": [{"price": "\#(myPrice)"}]}"#,
                #"{"client": "cl_\#(never)", "items": [{"price": "\#(myPrice)"}]}"#
            ),
            (
                "/v1/subscriptions", #"{"client": "\#(myClient)", "items": [{"price": "\#(price)"}]}"#,
                #"{"client": "\#(myClient)", "items": [{"price": "pr_\#(never)"}]}"#
            ),
            (
                "/v1/invoices", #"{"client": "\#(client)", "price": "\#(myPrice)", "collection": "auto_charge"}"#,
                #"{"client": "cl_\#(never)", "price": "\#(myPrice)", "collection": "auto_charge"}"#
            ),
        ] {
            let answers = [await mine.post(path, first), await mine.post(path, second)]
            #expect(answers[0].status == 404 && answers[0].body == answers[1].body, "\(answers.map(\.text))")
        }
    }

    @Test func `lists hold the tenant's own rows only, and page by key`() async throws {
        let portal = try Portal()
        let (mine, other) = (try await portal.makeTenant(), try await portal.makeTenant())
        var made: [String] = []
        for _ in 0..<5 {
            made.append(try await mine.makeClient())
            _ = try await other.makeClient()
        }
        let newest = Array(made.reversed())
        func ids(_ answer: Answer) -> [String] { answer["data"].arrayValue?.compactMap { $0["id"]?.stringValue } ?? [] }
        let all = await mine.get("/v1/clients")
        #expect(ids(all).sorted() == made.sorted() && all["has_more"] == false && all["object"] == "list")
        let order = ids(all)
        let first = await mine.get("/v1/clients?limit=2")
        #expect(ids(first) == Array(order[0..<2]) && first["has_more"] == true)
        let second = await mine.get("/v1/clients?limit=2&starting_after=\(order[1])")
        #expect(ids(second) == Array(order[2..<4]) && second["has_more"] == true)
        let third = await mine.get("/v1/clients?limit=2&starting_after=\(order[3])")
        #expect(ids(third) == Array(order[4...]) && third["has_more"] == false)
        let back = await mine.get("/v1/clients?limit=2&ending_before=\(order[3])")
        #expect(ids(back) == Array(order[1..<3]) && back["has_more"] == true)
        #expect(newest.count == 5)
    }

    /// Rows of the other tenant that no request of a test makes easily, from the catalogue: enough to be foreign.
    private func made(for other: Tenancy) async throws -> [String: String] {
        let database = TestDatabase.current
        let tables = try await Catalogue.tables(database)
        var ids: [String: String] = [:]
        for (name, table, prefix) in [
            ("coupon", "coupon", "co"), ("plan", "plan", "pl"), ("meter", "meter", "mt"),
            ("event", "portal_event", "ev"),
            ("credit_hold", "credit_hold", "crh"), ("credit_purchase", "credit_purchase", "cpu"),
            ("credit_quote", "credit_quote", "cq"), ("import", "import", "im"), ("usage_event", "usage_event", "ue"),
            ("webhook_endpoint", "webhook_endpoint", "wh"),
            ("reconciliation", "reconciliation", "rc"), ("drift_item", "drift_item", "df"),
        ] {
            guard let row = tables.first(where: { $0.name == table }) else { continue }
            try await database.run(
                """
                SET session_replication_role = replica; \(row.insert(for: other.number));
                RESET session_replication_role
                """)
            let id = try await database.value(
                "SELECT replace(id::text, '-', '') FROM app.\(table) WHERE tenant_id = \(other.number) LIMIT 1")
            ids[name] = id.map { "\(prefix)_\($0)" }
        }
        return ids
    }

    private func headers(_ answer: Answer) -> String {
        var lines: [String] = []
        answer.headers.forEach { lines.append("\($0): \($1)") }
        return lines.sorted().joined(separator: "\n")
    }
}
