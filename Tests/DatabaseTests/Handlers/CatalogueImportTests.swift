import Billing
@testable import Jobs
import Stripe
@testable import SubscriptionsWorker
import TestSupport
import Testing
import Worker

/// Stripe's own catalogue, of any length.
@Suite(.freshDatabase) struct CatalogueImportTests {
    /// An account with so many pages of prices, one on each.
    private func answer(_ fixture: HandlerFixture, pages: Int) {
        fixture.stripe.answer { call in
            guard call.line == "GET /v1/prices", call.field("active") == "true" else {
                return .answer(200, StripeObject.list())
            }
            let number = (call.field("starting_after")?.dropFirst("price_".count)).flatMap { Int($0) } ?? 0
            let price =
                #"{"id":"price_\#(number + 1)","active":true,"currency":"eur","unit_amount":2500,"#
                + #""recurring":{"interval":"month","interval_count":1,"usage_type":"licensed"},"#
                + #""product":{"id":"prod_1","name":"Product","active":true}}"#
            return .answer(200, StripeObject.list(price, more: number + 1 < pages))
        }
    }

    @Test func `B1: a catalogue of 130 pages is imported by one command, which goes on where it stopped`()
        async throws
    {
        let fixture = try await HandlerFixture()
        answer(fixture, pages: 130)
        try await fixture.queue.enqueue(ImportCatalogue(), of: fixture.tenant)
        var claim = try await fixture.claim(ImportCatalogue.self)
        var outcome = try await fixture.perform(claim, by: ImportCatalogueHandler())
        var turns = 1
        while case .snooze = outcome, turns < 40 {
            turns += 1
            claim = try await fixture.again(ImportCatalogue.self, after: outcome, claim)
            outcome = try await fixture.perform(claim, by: ImportCatalogueHandler())
        }
        #expect(outcome == .recorded)
        #expect(try await fixture.value("SELECT count(*) FROM app.price WHERE stripe_price LIKE 'price_%'") == "130")
        let told = try await fixture.value("SELECT result ->> 'prices' FROM app.command WHERE outcome = 'done'")
        #expect(told == "130")
        // Meters and products have one page, archived prices too: nothing was read twice.
        #expect(fixture.stripe.calls.count == 133, "in \(turns) turns")
    }

    @Test func `what was read of one account is not gone on with in another`() async throws {
        let fixture = try await HandlerFixture()
        answer(fixture, pages: 130)
        try await fixture.queue.enqueue(ImportCatalogue(), of: fixture.tenant)
        var claim = try await fixture.claim(ImportCatalogue.self)
        let outcome = try await fixture.perform(claim, by: ImportCatalogueHandler())
        claim = try await fixture.again(ImportCatalogue.self, after: outcome, claim)
        try await fixture.sql("UPDATE app.connection SET account_id = 'acct_2'")
        let asked = fixture.stripe.calls.count
        #expect(try await fixture.perform(claim, by: ImportCatalogueHandler()) == .recorded)
        #expect(try await fixture.ending() == "failed account_changed")
        #expect(fixture.stripe.calls.count == asked)
    }
}
