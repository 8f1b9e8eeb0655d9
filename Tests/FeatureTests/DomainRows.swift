import Foundation
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// The domains of an agency's pages, and who a caller is.
    @Suite(.freshDatabase) struct DomainRows {
        private static func withNames<Output: Sendable>(
            _ body: (House, NameServer) async throws -> Output
        ) async throws -> Output {
            let names = try NameServer()
            defer { names.stop() }
            let settings = ["TOLLGATE_DNS_SERVERS": names.address, "TOLLGATE_DNS_TIMEOUT_SECONDS": "1"]
            return try await House.with(changing: ["tollgate-onboarding-worker": settings]) { house in
                try await body(house, names)
            }
        }

        @Test
        func `a domain is the agency's when its TXT record holds the value, and until then it says what is there`()
            async throws
        {
            try await Self.withNames { house, names in
                let portal = try await house.newPortal()
                let added = try await portal.post(
                    "/v1/branding/domains", ["domain": "Portal.Bücher.Example."], wait: nil)
                #expect(added.status == 201 && added.string("domain") == "portal.xn--bcher-kva.example", "\(added)")
                #expect(added.string("txt_name") == "_tollgate-challenge.portal.xn--bcher-kva.example")
                #expect(added.string("status") == "pending" && added["reason"] == .null)
                let (id, name) = (added.string("id") ?? "", added.string("txt_name") ?? "")
                let value = try #require(added.string("txt_value"))
                #expect(value.count >= 40)
                let path = "/v1/branding/domains/\(id)"
                let ask = "/v1/public/domains?domain=portal.xn--bcher-kva.example"

                for (reply, reason) in [
                    (NameServer.Reply.noSuchName, "no_such_name"), (.noRecord, "no_record"),
                    (.texts([["v=spf1 -all"], [value + "x"]]), "other_value"), (.failure(2), "unanswered"),
                    (.silence, "timed_out"),
                ] {
                    names.answer(name, reply)
                    let looked = try await portal.post("\(path)/verify")
                    #expect(looked.status == 200 && looked.string("status") == "pending", "\(looked)")
                    #expect(looked.string("reason") == reason && looked.string("problem") != nil, "\(looked)")
                    #expect(looked["checked_at"] != .null && looked["next_check_at"] == .null)
                    #expect(try await portal.get(ask).status == 404)
                }
                // Two strings of one record, in an answer that is too long for UDP, beside other records.
                let (head, rest) = (String(value.prefix(9)), String(value.dropFirst(9)))
                names.answer(name, .onlyOverTCP([["other"], [head, rest]]))
                let verified = try await portal.post("\(path)/verify")
                #expect(verified.string("status") == "verified" && verified.string("proof") == "dns", "\(verified)")
                #expect(verified["reason"] == .null && verified["problem"] == .null)
                let checked = try #require(verified["checked_at"].integerValue)
                #expect(verified["next_check_at"].integerValue == checked + 7 * 86_400)
                #expect(try await portal.get(path).json == verified.json)

                try await Self.isServed(portal, id, path)
                #expect(try await portal.get(ask).status == 404)
            }
        }

        /// A verified domain is found by anybody, told and logged, and gone when it is taken away.
        private static func isServed(_ portal: APIClient, _ id: String, _ path: String) async throws {
            let mine = try await portal.get("/v1/me")["tenant"].string("id")
            let seen = try await portal.get("/v1/public/domains?domain=PORTAL.b%C3%BCcher.example.")
            #expect(seen.status == 200 && seen.string("tenant") == mine, "\(seen)")
            let brand = try await portal.get("/v1/public/\(mine ?? "")/branding")
            #expect(brand.string("domain") == "portal.xn--bcher-kva.example")
            let told = try await portal.get("/v1/events?type=domain.verified").json.members
            #expect(told.count == 1 && told[0].string("subject") == id, "\(told)")
            let log = try await portal.get("/v1/audit_log?action=branding.domain_verify").json.members
            #expect(log.count == 6)
            _ = try await portal.delete(path)
        }

        @Test func `a domain has one owner; wildcards, addresses and more than twenty are refused`() async throws {
            try await Self.withNames { house, names in
                let agency = UUID()
                let first = try await house.newPortal("First", agency: agency)
                let live = try await house.newPortal("First", livemode: true, agency: agency)
                let second = try await house.newPortal("Second")
                var values: [[String]] = []
                var paths: [String] = []
                for portal in [first, live, second] {
                    let added = try await portal.post("/v1/branding/domains", ["domain": "a.example"], wait: nil)
                    #expect(added.status == 201)
                    values.append([added.string("txt_value") ?? ""])
                    paths.append("/v1/branding/domains/\(added.string("id") ?? "")")
                }
                #expect(Set(values).count == 3)
                names.answer("_tollgate-challenge.a.example", .texts(values))
                #expect(try await first.post("\(paths[0])/verify").string("status") == "verified")
                // Both modes of one agency are one owner; for the other agency it is taken.
                #expect(try await live.post("\(paths[1])/verify").string("status") == "verified")
                let taken = try await second.post("\(paths[2])/verify")
                #expect(taken.string("status") == "pending" && taken.string("reason") == "taken", "\(taken)")
                let owner = try await first.get("/v1/public/domains?domain=a.example")
                #expect(owner["livemode"] == true)
                #expect(try await second.get(paths[0]).status == 404)
                #expect(try await second.post("\(paths[0])/verify").status == 404)
                // A suspended agency's pages get no certificate.
                try await house.sql(
                    "SELECT app.suspend_tenant(t.public_id, true) FROM app.tenant t WHERE t.name = 'First'")
                #expect(try await second.get("/v1/public/domains?domain=a.example").status == 404)

                for name in ["*.example.com", "127.0.0.1", "localhost", "https://a.example", "a..example", ""] {
                    let refused = try await second.post("/v1/branding/domains", ["domain": .string(name)], wait: nil)
                    #expect(refused.status == 422 && refused.string("code") == "invalid_domain", "\(name) \(refused)")
                    #expect(refused.string("param") == "domain")
                }
                let again = try await second.post("/v1/branding/domains", ["domain": "A.EXAMPLE"], wait: nil)
                #expect(again.status == 409 && again.string("code") == "domain_exists", "\(again)")
                for number in 2...20 {
                    let added = try await second.post(
                        "/v1/branding/domains", ["domain": .string("a\(number).example")], wait: nil)
                    #expect(added.status == 201, "\(added)")
                }
                let over = try await second.post("/v1/branding/domains", ["domain": "b.example"], wait: nil)
                #expect(over.status == 409 && over.string("code") == "domain_limit", "\(over)")
            }
        }

        @Test func `/v1/me tells any key who it is, for whom it acts, and what both may do`() async throws {
            try await House.with { house in
                let portal = try await house.newPortal("Northern Lights", scopes: ["clients:*", "users:*", "keys:*"])
                let me = try await portal.get("/v1/me")
                #expect(me.status == 200 && me.string("kind") == "api_key" && me["livemode"] == false, "\(me)")
                #expect(me["tenant"].string("name") == "Northern Lights")
                #expect(me["scopes"].arrayValue == ["clients:*", "users:*", "keys:*"])
                #expect(me["user"] == .null && me["client"] == .null && me["expires_at"] == .null)
                #expect(me["api_key"].string("prefix") == "tg_test_" && me["api_key"].string("name") == "test")

                let client = try await portal.addClient()
                let user = try await portal.post(
                    "/v1/portal_users",
                    ["role": "client_member", "client": .string(client), "external_id": "sam", "name": "Sam"], wait: nil
                )
                let sam = try await portal.send(.get, "/v1/me", nil, ["Tollgate-User": "ext:sam"])
                #expect(sam.string("kind") == "portal_user" && sam.string("client") == client, "\(sam)")
                #expect(sam["user"].string("id") == user.string("id") && sam["user"].string("name") == "Sam")
                #expect(sam.string("role") == "client_member")
                #expect(sam["scopes"].arrayValue == ["clients:read"], "\(sam)")
                #expect(sam["api_key"].string("id") == me["api_key"].string("id"))
                let nobody = try await portal.send(.get, "/v1/me", nil, ["Tollgate-User": "ext:nobody"])
                #expect(nobody.status == 403 && nobody.string("code") == "user_unknown")

                // A key with an end, and the least it can be allowed.
                let end = Int64(Date().timeIntervalSince1970) + 3_600
                let made = try await portal.post(
                    "/v1/api_keys",
                    ["name": "short", "scopes": ["clients:read"], "expires_at": .integer(end)], wait: nil)
                let short = APIClient(
                    url: house.plan.apiURL, key: try #require(made.string("key")), transport: house.transport)
                let seen = try await short.get("/v1/me")
                #expect(seen["expires_at"].integerValue == end && seen["scopes"].arrayValue == ["clients:read"])
                #expect(!seen.text.contains(made.string("key") ?? "?"))
                _ = try await portal.delete("/v1/api_keys/\(made.string("id") ?? "")")
                #expect(try await short.get("/v1/me").status == 401)
                let misspelt = try await portal.get("/v1/me?expand=client")
                #expect(misspelt.status == 400 && misspelt.string("code") == "invalid_query")
            }
        }
    }
}
