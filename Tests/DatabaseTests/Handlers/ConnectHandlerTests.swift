import Billing
@testable import Jobs
@testable import OnboardingWorker
import TestSupport
import Testing
import Worker

/// Stripe Connect: one account, a fresh door each time, and what its owner has still to do.
@Suite(.freshDatabase) struct ConnectHandlerTests {
    private func onboarding() async throws -> (HandlerFixture, OnboardAccount) {
        let fixture = try await HandlerFixture(isConnected: false)
        let connection = try await fixture.addConnection(mode: "connect", status: "onboarding")
        let work = OnboardAccount(
            connection: connection, country: "DE", email: "o@a.example", returnURL: "https://a.example/back",
            refreshURL: "https://a.example/again")
        return (fixture, work)
    }
    private let link = #"{"object":"account_link","url":"https://connect.example/x","expires_at":1767225900}"#

    @Test func `C3 C4: the account is made once, the link each time, both by the platform itself`() async throws {
        let (fixture, work) = try await onboarding()
        fixture.stripe.expect("POST /v1/accounts", 200, StripeObject.account("acct_7"))
        for _ in 0..<2 {
            fixture.stripe.expect("POST /v1/account_links", 200, link)
            #expect(try await fixture.run(work, by: OnboardAccountHandler()) == .recorded)
        }
        #expect(fixture.stripe.lines == ["POST /v1/accounts", "POST /v1/account_links", "POST /v1/account_links"])
        #expect(fixture.stripe.calls.allSatisfy { $0.account == nil && $0.key.hasPrefix("sk_test_platform") })
        #expect(Set(fixture.stripe.calls.map(\.idempotencyKey)).count == 3)
        #expect(try await fixture.value("SELECT account_id FROM app.connection") == "acct_7")
        let result = "SELECT result ->> 'url' FROM app.command ORDER BY id DESC LIMIT 1"
        #expect(try await fixture.value(result) == "https://connect.example/x")
    }

    @Test func `C3: a country Stripe does not serve is refused in words`() async throws {
        let (fixture, work) = try await onboarding()
        let error = StripeObject.error("invalid_request_error", "country_unsupported", "Not there")
        fixture.stripe.expect("POST /v1/accounts", 400, error)
        try await fixture.run(work, by: OnboardAccountHandler())
        #expect(try await fixture.ending() == "failed country_unsupported")
        #expect(try await fixture.value("SELECT problem ->> 'detail' FROM app.connection") == "Not there")
    }

    @Test(arguments: [
        (#","details_submitted":false"#, "onboarding"), (#","payouts_enabled":false"#, "restricted"),
        (#","requirements":{"past_due":["external_account"]}"#, "restricted"), ("", "connected"),
    ])
    func `C5 C6 C7: what the account looks like on return`(difference: String, status: String) async throws {
        let (fixture, work) = try await onboarding()
        try await fixture.sql("UPDATE app.connection SET account_id = 'acct_7'")
        // The last of two equal names wins in no decoder for sure: the difference replaces the default.
        var account = StripeObject.account("acct_7", difference)
        for name in ["details_submitted", "payouts_enabled"] where difference.contains("\(name)\":false") {
            account = account.replacing("\"\(name)\":true,", with: "").replacing(",\"\(name)\":true", with: "")
        }
        fixture.stripe.expect("GET /v1/accounts/acct_7", 200, account)
        #expect(
            try await fixture.run(RefreshAccount(connection: work.connection), by: RefreshAccountHandler()) == .recorded
        )
        #expect(try await fixture.value("SELECT status FROM app.connection") == status)
    }

    @Test func `an account whose owner ended the link is disconnected`() async throws {
        let (fixture, work) = try await onboarding()
        try await fixture.sql("UPDATE app.connection SET account_id = 'acct_7'")
        let error = StripeObject.error("invalid_request_error", "account_invalid")
        fixture.stripe.expect("GET /v1/accounts/acct_7", 403, error)
        try await fixture.run(RefreshAccount(connection: work.connection), by: RefreshAccountHandler())
        #expect(try await fixture.value("SELECT status FROM app.connection") == "disconnected")
    }
}
