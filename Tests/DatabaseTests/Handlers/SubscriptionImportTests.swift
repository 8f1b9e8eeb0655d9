import Billing
@testable import Jobs
@testable import OnboardingWorker
import Stripe
import TestSupport
import Testing
import Worker

/// Subscriptions that were at Stripe before.
@Suite(.freshDatabase) struct SubscriptionImportTests {
    @Test func `a client that was closed after the report was made gets no subscription by it`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        _ = try await fixture.addProduct()
        let id = Import.ID.new(at: .init(seconds: 1_767_225_600))
        try await fixture.sql(
            """
            INSERT INTO app.import (tenant_id, id, what, status, account_id)
            VALUES (\(fixture.tenant.id), '\(id.rawValue)', 'subscriptions', 'applying', 'acct_1');
            INSERT INTO app.import_item (tenant_id, import_id, id, stripe_id, facts, verdict, decision)
            VALUES (\(fixture.tenant.id), '\(id.rawValue)', gen_random_uuid(), 'sub_9',
                    '{"status":"active","customer":"cus_1","items":{"data":[{"id":"si_1","price":{"id":"price_1"}}]}}',
                    'new', 'create');
            UPDATE app.client SET access_state = 'closed' WHERE id = '\(client.rawValue)';
            """)
        let outcome = try await fixture.run(ApplyImport(id), by: ApplyImportHandler())
        #expect(outcome.why?.code == "applying", "\(outcome)")
        let item = try await fixture.sql("SELECT outcome, problem ->> 'code' FROM app.import_item")
        #expect(item == [["failed", "changed_meanwhile"]])
        #expect(try await fixture.value("SELECT count(*) FROM app.subscription") == "0")
        #expect(try await fixture.waiting() == ["import.apply"])
    }
}
