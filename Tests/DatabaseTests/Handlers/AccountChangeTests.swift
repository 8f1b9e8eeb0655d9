import Billing
import Foundation
@testable import Jobs
@testable import OnboardingWorker
import Postgres
import Schema
import Stripe
import TestSupport
import Testing
import Worker

/// What an account's change leaves behind: no key that nobody needs, no work meant for the account before, and no way
/// to an account that is another agency's.
@Suite(.freshDatabase) struct AccountChangeTests {
    private func kept(_ fixture: HandlerFixture, _ secret: SealedSecret.ID) async throws -> String? {
        try await fixture.value("SELECT envelope <> '' FROM app.sealed_secret WHERE id = '\(secret.rawValue)'")
    }

    @Test func `a key pasted before the connection was ended is wiped`() async throws {
        let fixture = try await HandlerFixture()
        let connection = try await fixture.connection()
        let secret = try await fixture.paste("sk_test_pasted0000000001")
        try await fixture.sql("UPDATE app.connection SET status = 'disconnected', candidate_secret_id = NULL")
        let work = VerifyConnection(connection: connection, secret: secret)
        #expect(try await fixture.run(work, by: VerifyConnectionHandler()) == .recorded)
        #expect(try await fixture.ending() == "failed disconnected")
        #expect(try await kept(fixture, secret) == "f")
    }

    @Test func `a move to another key of the account wipes the one before`() async throws {
        let fixture = try await HandlerFixture()
        let connection = try await fixture.connection()
        let old = try #require(
            try await fixture.value("SELECT secret_id FROM app.connection").flatMap(UUID.init(uuidString:)))
        let new = try await fixture.seal("sk_test_moved00000000001")
        fixture.stripe.expect("GET /v1/account", 200, StripeObject.account("acct_1"))
        fixture.stripe.expect(
            "GET /v1/webhook_endpoints", 200, StripeObject.list())
        fixture.stripe.expect(
            "POST /v1/webhook_endpoints", 200,
            StripeObject.endpoint("we_1", url: HandlerFixture.hookURL, secret: "whsec_one"))
        let work = MoveConnection(connection: connection, to: .secretKey, secret: new, isDryRun: false)
        #expect(try await fixture.run(work, by: MoveConnectionHandler()) == .recorded)
        #expect(try await fixture.ending() == "done")
        #expect(try await kept(fixture, SealedSecret.ID(rawValue: old)) == "f")
        #expect(try await kept(fixture, new) == "t")
    }

    @Test func `an import of the account before is not carried out, nor read on, in the one after`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(customer: nil, card: nil)
        let (ready, reading) = (UUID(), UUID())
        try await fixture.sql(
            """
            INSERT INTO app.import (tenant_id, id, what, status, account_id)
            VALUES (\(fixture.tenant.id), '\(ready)', 'customers', 'applying', 'acct_1'),
                   (\(fixture.tenant.id), '\(reading)', 'products', 'reading', 'acct_1');
            INSERT INTO app.import_item (tenant_id, import_id, id, stripe_id, facts, verdict, row_id, decision)
            VALUES (\(fixture.tenant.id), '\(ready)', gen_random_uuid(), 'cus_old', '{}', 'match', '\(client.rawValue)', 'link');
            UPDATE app.connection SET account_id = 'acct_2';
            """)
        #expect(
            try await fixture.run(ApplyImport(.init(rawValue: ready)), by: ApplyImportHandler()) == .recorded)
        #expect(try await fixture.ending() == "failed account_changed")
        #expect(try await fixture.value("SELECT stripe_customer FROM app.client") == nil)
        #expect(try await fixture.run(ReadImport(.init(rawValue: reading)), by: ReadImportHandler()) == .recorded)
        #expect(fixture.stripe.calls.isEmpty)
        #expect(try await fixture.value("SELECT string_agg(DISTINCT status, ' ') FROM app.import") == "failed")
    }

    @Test func `a page that was on its way while the account was switched is thrown away`() async throws {
        let fixture = try await HandlerFixture()
        let id = UUID()
        try await fixture.sql(
            """
            INSERT INTO app.import (tenant_id, id, what, status, account_id)
            VALUES (\(fixture.tenant.id), '\(id)', 'customers', 'reading', 'acct_1')
            """)
        fixture.stripe.expect(
            "GET /v1/customers",
            .run { _ in
                try await fixture.sql("UPDATE app.connection SET account_id = 'acct_2'")
                return .answer(200, StripeObject.list(StripeObject.customer("cus_old")))
            })
        #expect(try await fixture.run(ReadImport(.init(rawValue: id)), by: ReadImportHandler()) == .recorded)
        #expect(try await fixture.value("SELECT count(*) FROM app.import_item") == "0")
        #expect(try await fixture.value("SELECT status FROM app.import") == "failed")
    }

    @Test(arguments: [true, false])
    func `an account that is connected for another agency is not taken over through the platform`(isLive: Bool)
        async throws
    {
        let fixture = try await HandlerFixture()
        let connection = try await fixture.connection()
        let other = try await fixture.queue.makeTenant()
        try await fixture.sql(
            """
            UPDATE app.tenant SET livemode = \(isLive) WHERE tenant_id = \(other.id);
            INSERT INTO app.connection (tenant_id, id, mode, status, account_id, account_via, webhook_token)
            VALUES (\(other.id), gen_random_uuid(), 'connect', 'connected', 'acct_1', 'connect', gen_random_uuid())
            """)
        let work = MoveConnection(connection: connection, to: .connect, secret: nil, isDryRun: false)
        fixture.stripe.answer { call in
            call.line == "GET /v1/accounts/acct_1"
                ? .answer(200, StripeObject.account("acct_1")) : .answer(200, #"{"deleted": true}"#)
        }
        try await fixture.run(work, by: MoveConnectionHandler())
        // The same account in the other mode is the same agency's other world.
        #expect(try await fixture.ending() == (isLive ? "done" : "failed account_in_use"))
        let mode = "SELECT mode FROM app.connection WHERE tenant_id = \(fixture.tenant.id)"
        #expect(try await fixture.value(mode) == (isLive ? "connect" : "secret_key"))
        guard !isLive else { return }
        try await fixture.sql(
            """
            UPDATE app.connection SET mode = 'connect', status = 'onboarding', account_via = 'secret_key', secret_id = NULL
             WHERE tenant_id = \(fixture.tenant.id)
            """)
        let onboard = OnboardAccount(
            connection: connection, country: "DE", email: "o@a.example", returnURL: "https://a.example/back",
            refreshURL: "https://a.example/again")
        try await fixture.run(onboard, by: OnboardAccountHandler())
        #expect(try await fixture.ending() == "failed account_in_use")
        #expect(try await fixture.value(mode.replacing("mode", with: "status")) == "disconnected")
    }

    /// Connected by a key that may not tell whose it is, with one client.
    private func nameless() async throws -> (HandlerFixture, SealedSecret.ID) {
        let fixture = try await HandlerFixture()
        _ = try await fixture.addClient(customer: "cus_1")
        try await fixture.sql("UPDATE app.connection SET account_id = NULL, key_kind = 'restricted'")
        return (fixture, try await fixture.paste("sk_test_pasted0000000001"))
    }

    @Test(arguments: [true, false])
    func `where the account is not known, a new key must know one of our customers`(isOurs: Bool) async throws {
        let (fixture, secret) = try await nameless()
        fixture.stripe.expect("GET /v1/account", 200, StripeObject.account("acct_9"))
        let missing = StripeObject.error("invalid_request_error", "resource_missing")
        fixture.stripe.expect(
            "GET /v1/customers/cus_1", isOurs ? 200 : 404, isOurs ? StripeObject.customer("cus_1") : missing)
        if isOurs {
            fixture.stripe.expect("GET /v1/balance", 200, StripeObject.balance())
            fixture.stripe.expect("GET /v1/webhook_endpoints", 200, StripeObject.list())
            fixture.stripe.expect(
                "POST /v1/webhook_endpoints", 200,
                StripeObject.endpoint("we_1", url: HandlerFixture.hookURL, secret: "whsec_one"))
        }
        let work = VerifyConnection(connection: try await fixture.connection(), secret: secret)
        #expect(try await fixture.run(work, by: VerifyConnectionHandler()) == .recorded)
        #expect(try await fixture.ending() == (isOurs ? "done" : "failed account_mismatch"))
        #expect(try await fixture.value("SELECT account_id FROM app.connection") == (isOurs ? "acct_9" : nil))
        #expect(fixture.stripe.isSatisfied)
    }

    @Test func `a call nobody answered in an account without a name is not sent to the next account`() async throws {
        let (fixture, secret) = try await nameless()
        try await fixture.sql(
            """
            INSERT INTO app.command (tenant_id, public_id, queue_id, kind, payload)
            VALUES (\(fixture.tenant.id), gen_random_uuid(), 3, 'invoice.create', '{}');
            INSERT INTO app.stripe_call (tenant_id, command_id, step, idem_key, method, path, body, api_version, request_sha256)
            SELECT \(fixture.tenant.id), id, 1, 'k', 'POST', '/v1/invoices', 'customer=cus_1', 'v', '\\x00' FROM app.command
            """)
        fixture.stripe.expect("GET /v1/account", 200, StripeObject.account("acct_9"))
        fixture.stripe.expect("GET /v1/balance", 200, StripeObject.balance())
        fixture.stripe.answer { call in
            call.line == "POST /v1/webhook_endpoints"
                ? .answer(200, StripeObject.endpoint("we_1", url: HandlerFixture.hookURL, secret: "whsec_one"))
                : .answer(200, StripeObject.list())
        }
        let work = SwitchAccount(connection: try await fixture.connection(), secret: secret, account: "acct_9")
        #expect(try await fixture.run(work, by: SwitchAccountHandler()) == .recorded)
        #expect(try await fixture.value("SELECT account_id FROM app.connection") == "acct_9")
        let sentTo = "SELECT sent_to FROM app.stripe_call WHERE idem_key = 'k'"
        #expect(try await fixture.value(sentTo) == "an account without a name")
    }

    @Test func `a switch leaves no coupon and no scheduled subscription behind that only the other account knows`()
        async throws
    {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        let later = try await fixture.addSubscription(of: client, status: "scheduled")
        try await fixture.sql(
            """
            UPDATE app.subscription SET stripe_schedule = 'sub_sched_1' WHERE id = '\(later.rawValue)';
            INSERT INTO app.coupon (tenant_id, id, name, percent_off, duration, status, stripe_coupon, valid)
            VALUES (\(fixture.tenant.id), gen_random_uuid(), 'Ten', 10, 'once', 'active', 'co_1', true),
                   (\(fixture.tenant.id), gen_random_uuid(), 'Used up', 20, 'once', 'active', 'co_2', false)
            """)
        let secret = try await fixture.seal("sk_test_other00000000001")
        fixture.stripe.expect("GET /v1/account", 200, StripeObject.account("acct_9"))
        fixture.stripe.expect("GET /v1/balance", 200, StripeObject.balance())
        fixture.stripe.answer { call in
            call.line == "POST /v1/webhook_endpoints"
                ? .answer(200, StripeObject.endpoint("we_1", url: HandlerFixture.hookURL, secret: "whsec_one"))
                : .answer(200, StripeObject.list())
        }
        let work = SwitchAccount(connection: try await fixture.connection(), secret: secret, account: "acct_9")
        #expect(try await fixture.run(work, by: SwitchAccountHandler()) == .recorded)
        #expect(try await fixture.value("SELECT status FROM app.subscription") == "canceled")
        let coupons = "SELECT name, status, stripe_coupon FROM app.coupon ORDER BY name"
        #expect(try await fixture.sql(coupons) == [["Ten", "publishing", nil], ["Used up", "active", nil]])
        #expect(try await fixture.waiting().contains("coupon.publish"))
        let orphans = "SELECT string_agg(kind || ' ' || stripe_id, ', ' ORDER BY kind, stripe_id) FROM app.orphan"
        #expect(
            try await fixture.value(orphans) == "coupon co_1, coupon co_2, customer cus_1, subscription sub_sched_1")
    }

    @Test(.emptyDatabase) func `bills that were settled before their account was left are marked by the upgrade`()
        async throws
    {
        let database = TestDatabase.current
        let before = Schema.migrations.prefix { $0.name != "m0020_tries" }
        try await Migrator(Array(before), preparation: Schema.roles, owner: "tollgate_owner")
            .run(on: database.open(.superuser))
        // Made before the first switch, between the two, after both; one of them was open and is marked already.
        try await database.run(
            """
            SELECT app.add_tenant(gen_random_uuid(), gen_random_uuid(), 'tenant', false);
            INSERT INTO app.client (tenant_id, id, name) SELECT tenant_id, public_id, 'c' FROM app.tenant;
            INSERT INTO app.invoice (tenant_id, id, client_id, collection, status, currency, stripe_invoice, created_at)
            SELECT t.tenant_id, gen_random_uuid(), t.public_id, 'auto_charge', 'paid', 'eur', 'in_' || n,
                   now() - interval '10 days' * (4 - n) FROM app.tenant t, generate_series(1, 4) n;
            INSERT INTO app.orphan (tenant_id, id, kind, row_id, account_id, stripe_id, command_id, at)
            SELECT t.tenant_id, gen_random_uuid(), k.kind, t.public_id, k.account, k.stripe, gen_random_uuid(),
                   now() - make_interval(days => k.ago)
              FROM app.tenant t, (VALUES ('customer', 'acct_1', 'cus_1', 25), ('customer', 'acct_2', 'cus_2', 5),
                                         ('invoice', 'acct_2', 'in_3', 5)) k (kind, account, stripe, ago)
            """)
        try await Migrator(Schema.migrations, preparation: Schema.roles, owner: "tollgate_owner")
            .run(on: database.open(.migrator))
        let marked = """
            SELECT string_agg(stripe_id || ' ' || account_id, ', ' ORDER BY stripe_id) FROM app.orphan WHERE kind = 'invoice'
            """
        #expect(try await database.value(marked) == "in_1 acct_1, in_2 acct_2, in_3 acct_2")
        let rights = "SELECT has_table_privilege('tollgate_entry', 'app.orphan', 'INSERT')"
        #expect(try await database.value(rights) == "f")
    }
}
