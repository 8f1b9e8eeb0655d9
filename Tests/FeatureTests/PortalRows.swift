import Crypto
import Foundation
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// The portals around billing: who may do what, the brand, the end of a client.
    @Suite(.freshDatabase) struct PortalRows {
        @Test func `E13 E14 G1 G2: set-up is the agency's; a client's people see their own state and wait for a card`()
            async throws
        {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let price = try await portal.sell(2_500, period: "monthly")
                let client = try await portal.addClient()
                let user = try await portal.post(
                    "/v1/portal_users",
                    ["role": "client_admin", "client": .string(client), "external_id": "owner@bakery"], wait: nil)
                #expect(user.status == 201, "\(user)")
                func asClient(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil) async throws -> Answer {
                    try await portal.send(
                        method, path, body,
                        [
                            "Tollgate-User": "ext:owner@bakery", "Idempotency-Key": UUID().uuidString,
                            "Content-Type": "application/json",
                        ])
                }
                let product: JSON = [
                    "name": "Mine", "pricing_model": "base_fee", "billing_period": "monthly",
                    "price": ["amount": 1, "currency": "usd"],
                ]
                let catalogue = try await asClient(.post, "/v1/products", product)
                #expect(catalogue.status == 403 && catalogue.string("code") == "role_forbids", "\(catalogue)")
                let wish: JSON = ["client": .string(client), "items": [["price": .string(price)]]]
                let selling = try await asClient(.post, "/v1/subscriptions", wish)
                #expect(selling.status == 403 && selling.string("code") == "role_forbids", "\(selling)")

                let subscription = try await portal.subscribe(client, to: price)
                let cancel = try await asClient(.post, "/v1/subscriptions/\(subscription)/cancel", [:])
                #expect(cancel.status == 403)
                let waiting = try await asClient(.get, "/v1/clients/\(client)/access")
                #expect(waiting.string("state") == "awaiting_payment" && waiting["allowed"] == false, "\(waiting)")
                // Whatever a guarded page asks for is refused with that reason.
                let question: JSON = ["client": .string(client), "feature": "dashboard"]
                let guarded = try await portal.post("/v1/entitlements/check", question, wait: nil)
                #expect(guarded["allowed"] == false && guarded["reason"] == "access_awaiting_payment", "\(guarded)")

                let page = try await portal.openCardPage(client)
                #expect(try await house.standIn.typeCard(page, "4000000000000002") == false)
                #expect(try await asClient(.get, "/v1/clients/\(client)/access")["allowed"] == false)
                try await portal.saveCard(client, at: house.standIn)
                try await portal.wait(for: client, toBe: "active")
                #expect(try await asClient(.get, "/v1/clients/\(client)/access")["allowed"] == true)
                let told = try await house.value(
                    "SELECT string_agg(type, ' ' ORDER BY seq) FROM app.portal_event WHERE subject = '\(client)'")
                #expect(told == "access.awaiting_payment access.activated")
            }
        }

        @Test func `L15: a client's pages show the agency's name, logo and colours, and no word of the platform's`()
            async throws
        {
            try await House.with { house in
                let portal = try await house.newPortal("Northern Lights Agency")
                let dot =
                    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
                let brand: JSON = [
                    "name": "Northern Lights", "support_email": "help@northern.example", "logo_png": .string(dot),
                    "colors": [
                        "primary": "#0b3d2e", "on_primary": "#ffffff", "background": "#ffffff", "text": "#222222",
                    ],
                ]
                let saved = try await portal.put("/v1/branding", brand, wait: nil)
                #expect(saved.status == 200, "\(saved)")
                let pale = try await portal.put(
                    "/v1/branding", ["name": "x", "colors": ["primary": "#ffff00", "on_primary": "#ffffff"]], wait: nil)
                #expect(pale.status == 422 && pale.string("code") == "low_contrast", "\(pale)")
                let uuid = try await house.value("SELECT replace(public_id::text, '-', '') FROM app.tenant") ?? ""
                let seen = try await portal.get("/v1/public/tn_\(uuid)/branding")
                #expect(seen.string("name") == "Northern Lights" && seen["colors"]["primary"] == "#0b3d2e")
                #expect(seen.string("logo_url")?.hasSuffix("/v1/public/tn_\(uuid)/logo.png") == true)
                #expect(!seen.text.lowercased().contains("tollgate"), "\(seen)")
                let logo = try await portal.get("/v1/public/tn_\(uuid)/logo.png")
                #expect(logo.status == 200 && logo.body.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            }
        }

        @Test func `deleting a client ends its billing at Stripe first; erasing keeps what was billed`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let price = try await portal.sell(2_500, period: "monthly")
                let client = try await portal.addClient()
                let subscription = try await portal.subscribe(client, to: price)
                try await portal.saveCard(client, at: house.standIn)
                try await portal.wait(for: client, toBe: "active")
                try await portal.seen("/v1/invoices?client=\(client)&status=paid", "a paid invoice") {
                    $0.json.members.count == 1
                }
                #expect(try await portal.post("/v1/clients/\(client)/erase").string("code") == "client_not_closed")

                let closed = try await portal.delete("/v1/clients/\(client)?open_invoices=void")
                #expect(closed.status == 200 && closed.string("access") == "closed", "\(closed)")
                #expect(try await portal.get("/v1/subscriptions/\(subscription)").string("status") == "canceled")
                let running = try await house.standIn.stripe(.get, "/v1/subscriptions", key: key)
                #expect(running.json.members.isEmpty, "\(running)")

                let export = try await portal.post("/v1/clients/\(client)/export", [:], wait: nil)
                #expect(export["tables"]["client"]?["rows"]?[0]?.string("name") == "Bakery Ltd", "\(export)")
                #expect(export["tables"]["invoice"]?["count"] == 1)
                let customer = try await portal.get("/v1/clients/\(client)").string("stripe_id") ?? ""
                let erased = try await portal.post("/v1/clients/\(client)/erase")
                #expect(erased.status == 200 && erased.string("name") == "Erased client", "\(erased)")
                let there = try await house.standIn.stripe(.get, "/v1/customers/\(customer)", key: key)
                #expect(there.string("name") == "Erased client" && !there.text.contains("client.example"), "\(there)")
                #expect(try await portal.get("/v1/invoices?client=\(client)").json.members.count == 1)
                let left = try await house.value(
                    """
                    SELECT count(*) FROM app.audit_entry
                     WHERE concat(before::text, after::text) LIKE '%admin@client.example%'
                    """)
                #expect(left == "0")
                let log = try await portal.get("/v1/audit_log/verify")
                #expect(log["intact"] == true, "\(log)")
            }
        }

        @Test func `a signed access token is verified without us, and names the state`() async throws {
            try await House.with { house in
                let portal = try await house.newPortal()
                let client = try await portal.addClient()
                let plan = try await portal.post(
                    "/v1/plans",
                    ["name": "Free", "quotas": [["feature": "seats", "type": "static", "limit": 3]]], wait: nil)
                #expect(plan.status == 201, "\(plan)")
                try await house.sql("UPDATE app.plan SET status = 'active', is_default = true")
                let answer = try await portal.post("/v1/access/token", ["client": .string(client)], wait: nil)
                let parts = (answer.string("token") ?? "").split(separator: ".").map(String.init)
                try #require(parts.count == 3, "\(answer)")
                let keys = try await portal.get("/.well-known/tollgate-access-keys.json")
                let key = try #require(keys["keys"][0]?.string("x"))
                let signed = Array((parts[0] + "." + parts[1]).utf8)
                #expect(SigningKey.verify(bytes(parts[2]), of: signed, by: bytes(key)))
                #expect(!SigningKey.verify(bytes(parts[2]), of: signed + [0], by: bytes(key)))
                let claims = try JSON.parse(bytes(parts[1]))
                #expect(claims["sub"]?.stringValue == client && claims["state"] == "active", "\(claims)")
                #expect((claims["exp"]?.integerValue ?? 0) - (claims["iat"]?.integerValue ?? 0) == 900)
                // For this tenant's portal alone, believed by a clock that is a little behind, with what is left.
                #expect(claims["aud"] == claims["tenant"] && claims["aud"]?.stringValue?.hasPrefix("tn_") == true)
                #expect((claims["iat"]?.integerValue ?? 0) - (claims["nbf"]?.integerValue ?? 0) == 60)
                let seats = claims["quotas"]?["seats"]
                #expect(seats?["allowed"] == true && seats?["limit"] == 3 && seats?["remaining"] == 3, "\(claims)")
            }
        }

        private func bytes(_ text: String) -> [UInt8] {
            var plain = text.replacing("-", with: "+").replacing("_", with: "/")
            while plain.utf8.count % 4 != 0 { plain += "=" }
            return Data(base64Encoded: plain).map(Array.init) ?? []
        }
    }
}
