import Billing
import Crypto
import Daemon
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import API

/// A10, F2, S18: what Stripe tells is kept once, and only when Stripe told it to whom it concerns.
@Suite(.freshDatabase) struct WebhookTests {
    private let secret = Secret("whsec_test_one")

    /// Seals a signing secret as a worker would, and gives the URL's token.
    private func hook(of tenant: Tenancy, secret: Secret, retiredAt: String = "NULL") async throws -> String {
        let id = UUID()
        let binding = SealBinding(
            tenant: tenant.number, table: "sealed_secret", purpose: "stripe-webhook", row: id, version: 1)
        let envelope = Hex.encode(try tenant.portal.webhookSealingKey.seal(secret, boundTo: binding))
        try await TestDatabase.current.run(
            """
            INSERT INTO app.sealed_secret (tenant_id, id, purpose, version, key_id, envelope, retired_at)
            VALUES (\(tenant.number), '\(id)', 'stripe-webhook', 1, 2, '\\x\(envelope)', \(retiredAt))
            """)
        let token = try await TestDatabase.current.value(
            "SELECT replace(webhook_token::text, '-', '') FROM app.connection WHERE tenant_id = \(tenant.number)")
        return try #require(token)
    }

    private func event(
        _ id: String = "evt_1", type: String = "invoice.paid", livemode: Bool = false, account: String? = nil
    ) -> String {
        let whose = account.map { #", "account": "\#($0)""# } ?? ""
        return #"""
            {"id": "\#(id)", "object": "event", "type": "\#(type)", "created": 1767225600, "livemode": \#(livemode),
             "api_version": "2026-10-28.endive", "data": {"object": {"id": "in_1", "object": "invoice", "customer": "cus_1"}}\#(whose)}
            """#
    }

    private func deliver(
        _ portal: Portal, _ path: String, _ body: String, signedWith secret: Secret,
        at: Timestamp = WallClock.system.now()
    ) async -> Answer {
        let signature = WebhookSignature.sign(body: Array(body.utf8), secrets: [secret], at: at)
        return await portal.send(.post, path, body: body, headers: [("Stripe-Signature", signature)])
    }

    private func events() async throws -> Int {
        Int(try await TestDatabase.current.value("SELECT count(*) FROM app.stripe_event") ?? "") ?? -1
    }

    @Test func `an event is kept with its command, a second delivery changes nothing`() async throws {
        let portal = try Portal()
        let tenant = try await portal.makeTenant()
        let token = try await hook(of: tenant, secret: secret)
        for _ in 0..<3 {
            let answer = await deliver(portal, "/hooks/stripe/\(token)", event(), signedWith: secret)
            #expect(answer.status == 200, "\(answer.text)")
        }
        let rows = try await TestDatabase.current.run(
            "SELECT tenant_id, type, object_kind, object_id, customer, source, api_version, extract(epoch FROM created)::bigint FROM app.stripe_event"
        )
        #expect(
            rows == [
                [
                    "\(tenant.number)", "invoice.paid", "invoice", "in_1", "cus_1", "webhook", "2026-10-28.endive",
                    "1767225600",
                ]
            ])
        let commands = try await TestDatabase.current.run("SELECT kind, ordering_key FROM app.command")
        #expect(commands == [["event.apply", "customer:cus_1"]])
    }

    @Test(arguments: [("v1.billing.meter.error_report_triggered", 1), ("v2.core.account_link.returned", 0)])
    func `F9: of thin events only those about usage are kept; the rest is heard and let go`(
        type: String, kept: Int
    ) async throws {
        let portal = try Portal()
        let tenant = try await portal.makeTenant()
        let token = try await hook(of: tenant, secret: secret)
        let body = """
            {"id": "evt_1", "object": "v2.core.event", "type": "\(type)", "created": "2026-01-01T00:00:00Z", "livemode": false,
             "related_object": {"id": "mtr_1", "type": "billing.meter"}}
            """
        let answer = await deliver(portal, "/hooks/stripe/v2/\(token)", body, signedWith: secret)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(try await events() == kept)
        #expect(
            try await TestDatabase.current.value("SELECT count(*) FROM app.command WHERE kind = 'usage.error_report'")
                == "\(kept)")
    }

    @Test func `sixteen deliveries at once are one event`() async throws {
        let portal = try Portal()
        let tenant = try await portal.makeTenant()
        let token = try await hook(of: tenant, secret: secret)
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<16 {
                group.addTask { await deliver(portal, "/hooks/stripe/\(token)", event(), signedWith: secret).status }
            }
            return await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(statuses == [200])
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM app.command") == "1")
    }

    @Test func `S18: every wrong way in is the same 400, and nothing is kept`() async throws {
        let portal = try Portal()
        let (tenant, other) = (try await portal.makeTenant(), try await portal.makeTenant())
        let token = try await hook(of: tenant, secret: secret)
        let otherToken = try await hook(of: other, secret: Secret("whsec_test_two"))
        let body = event()
        let path = "/hooks/stripe/\(token)"
        let now = WallClock.system.now()
        let answers = [
            await deliver(portal, path, body, signedWith: Secret("whsec_wrong")),
            await deliver(portal, "/hooks/stripe/\(otherToken)", body, signedWith: secret),
            await deliver(portal, "/hooks/stripe/\(String(repeating: "0", count: 32))", body, signedWith: secret),
            await deliver(portal, "/hooks/stripe/nonsense", body, signedWith: secret),
            await deliver(portal, path, body, signedWith: secret, at: now - .seconds(301)),
            await deliver(portal, path, body, signedWith: secret, at: now + .seconds(302)),
            await portal.send(.post, path, body: body), await portal.send(.post, path, body: ""),
            await deliver(portal, path, event(livemode: true), signedWith: secret),
            await deliver(portal, path, event(account: "acct_of_somebody"), signedWith: secret),
            await deliver(portal, path, "{}", signedWith: secret),
            await deliver(portal, path, "not json", signedWith: secret),
            await deliver(portal, path, event("obj_1"), signedWith: secret),
        ]
        for answer in answers { #expect(answer.status == 400 && answer.body == answers[0].body, "\(answer.text)") }
        #expect(try await events() == 0)
    }

    @Test func `while a secret is rolled the old one is good, afterwards it is not`() async throws {
        let portal = try Portal()
        let tenant = try await portal.makeTenant()
        let old = Secret("whsec_test_old")
        _ = try await hook(of: tenant, secret: old, retiredAt: "now() + interval '1 hour'")
        _ = try await hook(of: tenant, secret: Secret("whsec_test_gone"), retiredAt: "now() - interval '1 s'")
        let token = try await hook(of: tenant, secret: secret)
        #expect(await deliver(portal, "/hooks/stripe/\(token)", event("evt_a"), signedWith: old).status == 200)
        #expect(await deliver(portal, "/hooks/stripe/\(token)", event("evt_b"), signedWith: secret).status == 200)
        #expect(
            await deliver(portal, "/hooks/stripe/\(token)", event("evt_c"), signedWith: Secret("whsec_test_gone"))
                .status == 400)
        #expect(try await events() == 2)
    }

    @Test func `F6: the platform's endpoint finds the tenant by the account, in its own mode only`() async throws {
        let portal = try Portal(connectSecrets: [Secret("whsec_platform_new"), Secret("whsec_platform")])
        let tenant = try await portal.makeTenant()
        try await TestDatabase.current.run("UPDATE app.connection SET mode = 'connect'")
        let platform = Secret("whsec_platform")
        let account = "acct_\(tenant.number)"
        let test = "/hooks/stripe/connect/test"
        #expect(await deliver(portal, test, event(account: account), signedWith: platform).status == 200)
        #expect(try await events() == 1)
        let commands = try await TestDatabase.current.run(
            """
            SELECT tenant_id::text, queue_id::text, kind, ordering_key, payload::text, max_failures::text, on_dead, (SELECT prio::text FROM jobq.job)
              FROM app.command
            """)
        let payload = #"{"event": "evt_1", "object": "in_1", "customer": "cus_1"}"#
        #expect(
            commands == [
                [
                    "\(tenant.number)", "\(ApplyEvent.queue.id)", ApplyEvent.kind, "customer:cus_1", payload,
                    "\(ApplyEvent.failuresMax)", ApplyEvent.onDead.rawValue, "\(ApplyEvent.urgency.rawValue)",
                ]
            ])
        #expect(await deliver(portal, test, event(account: account), signedWith: platform).status == 200)
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM app.command") == "1")
        // Stripe's own word about an account that is nobody's any more: taken, not kept, not tried again for days.
        #expect(await deliver(portal, test, event("evt_2", account: "acct_gone"), signedWith: platform).status == 200)
        #expect(
            await deliver(portal, "/hooks/stripe/connect/live", event(account: account), signedWith: platform).status
                == 400)
        #expect(await deliver(portal, test, event("evt_3"), signedWith: platform).status == 400)
        #expect(
            await deliver(portal, test, event("evt_4", account: account), signedWith: Secret("whsec_wrong")).status
                == 400)
        #expect(try await events() == 1)
    }

    @Test func `without a platform secret the platform's endpoint takes nothing`() async throws {
        let portal = try Portal()
        let answer = await deliver(
            portal, "/hooks/stripe/connect/test", event(account: "acct_1"), signedWith: Secret(""))
        #expect(answer.status == 400)
    }
}
