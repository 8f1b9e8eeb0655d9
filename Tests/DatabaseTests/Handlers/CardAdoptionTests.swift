import Billing
@testable import Jobs
import Stripe
@testable import SubscriptionsWorker
import TestSupport
import Testing
import Worker

/// A new card for all that a client has.
@Suite(.freshDatabase) struct CardAdoptionTests {
    private let intent = #"{"id":"seti_1","status":"succeeded","customer":"cus_1","payment_method":"pm_2"}"#

    /// A client with so many running subscriptions, `sub_1` and so on.
    private func client(_ fixture: HandlerFixture, having count: Int) async throws -> Client.ID {
        let client = try await fixture.addClient(card: "pm_1")
        try await fixture.sql(
            """
            INSERT INTO app.subscription (tenant_id, id, client_id, status, stripe_subscription)
            SELECT \(fixture.tenant.id), gen_random_uuid(), '\(client.rawValue)', 'active', 'sub_' || n
              FROM generate_series(1, \(count)) n
            """)
        return client
    }

    /// Performs the command until it is over; gives how often it was begun.
    private func adopt(_ fixture: HandlerFixture, for client: Client.ID) async throws -> Int {
        let work = AdoptPaymentMethod(client: client, setupIntent: "seti_1")
        try await fixture.queue.enqueue(work, of: fixture.tenant)
        var claim = try await fixture.claim(AdoptPaymentMethod.self)
        var outcome = try await fixture.perform(claim, by: AdoptPaymentMethodHandler())
        var turns = 1
        while case .snooze = outcome, turns < 40 {
            turns += 1
            claim = try await fixture.again(AdoptPaymentMethod.self, after: outcome, claim)
            outcome = try await fixture.perform(claim, by: AdoptPaymentMethodHandler())
        }
        #expect(outcome == .recorded, "\(outcome)")
        return turns
    }

    private func result(_ fixture: HandlerFixture, _ path: String) async throws -> String? {
        try await fixture.value("SELECT result #>> '\(path)' FROM app.command WHERE kind = 'payment_method.adopt'")
    }

    @Test func `G2: a new card pays for every one of 130 subscriptions, and is set once in each`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await client(fixture, having: 130)
        let intent = intent
        fixture.stripe.answer { call in
            let path = call.line.split(separator: "/")
            return switch path.dropFirst(2).first {
            case "setup_intents": .answer(200, intent)
            case "subscriptions": .answer(200, StripeObject.subscription(String(path[3]), "active"))
            default: .answer(200, StripeObject.customer("cus_1", card: "pm_2"))
            }
        }
        _ = try await adopt(fixture, for: client)
        let moved = fixture.stripe.writes.map(\.line).filter { $0.hasPrefix("POST /v1/subscriptions/") }
        #expect(moved.count == 130 && Set(moved).count == 130)
        #expect(fixture.stripe.lines.count { $0 == "POST /v1/customers/cus_1" } == 1)
        #expect(try await result(fixture, "{subscriptions}") == "130")
        #expect(try await result(fixture, "{refused}") == "[]")
    }

    @Test func `a subscription for which the card is refused is named, and keeps the others from nothing`()
        async throws
    {
        let fixture = try await HandlerFixture()
        let client = try await client(fixture, having: 70)
        let refused = try await fixture.value("SELECT id FROM app.subscription WHERE stripe_subscription = 'sub_7'")
        let intent = intent
        fixture.stripe.answer { call in
            let path = call.line.split(separator: "/")
            return switch (call.line, path.dropFirst(2).first) {
            case (_, "setup_intents"): .answer(200, intent)
            // Its period is paid by an invoice that is sent; and this one has ended, so that there is nothing to pay.
            case ("POST /v1/subscriptions/sub_7", _):
                .answer(400, StripeObject.error("invalid_request_error", nil, "It is paid by bank transfer."))
            case ("POST /v1/subscriptions/sub_9", _):
                .answer(400, StripeObject.error("invalid_request_error", nil, "A canceled subscription can only …"))
            case ("GET /v1/subscriptions/sub_9", _):
                .answer(200, StripeObject.subscription("sub_9", "canceled", reason: "cancellation_requested"))
            case (_, "subscriptions"): .answer(200, StripeObject.subscription(String(path[3]), "active"))
            default: .answer(200, StripeObject.customer("cus_1", card: "pm_2"))
            }
        }
        _ = try await adopt(fixture, for: client)
        let moved = fixture.stripe.writes.map(\.line).filter { $0.hasPrefix("POST /v1/subscriptions/") }
        #expect(moved.count == 70 && Set(moved).count == 70)
        #expect(try await result(fixture, "{subscriptions}") == "68")
        #expect(try await result(fixture, "{refused,1}") == nil)
        let id = try #require(refused).replacing("-", with: "")
        #expect(try await result(fixture, "{refused,0,subscription}") == "sb_\(id)")
        #expect(try await result(fixture, "{refused,0,stripe_id}") == "sub_7")
        #expect(try await result(fixture, "{refused,0,code}") == "stripe_refused")
        #expect(try await result(fixture, "{refused,0,detail}") == "It is paid by bank transfer.")
        // The end that nobody had heard of is known now.
        let over = "SELECT status FROM app.subscription WHERE stripe_subscription = 'sub_9'"
        #expect(try await fixture.value(over) == "canceled")
    }
}
