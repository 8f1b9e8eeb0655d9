@testable import AccessWorker
import Billing
import Daemon
@testable import Jobs
import Synchronization
import TestSupport
import Testing
import Worker

/// One subscription's life as five events, delivered in every order there is: the end is the same (R14, I6).
@Suite(.freshDatabase) struct LifecycleTests {
    /// What Stripe shows when each event happens.
    private static let world: [(type: String, kind: String, subscription: String, invoice: String, attempts: Int)] = [
        ("customer.subscription.created", "subscription", "active", "paid", 0),
        ("invoice.payment_failed", "invoice", "active", "open", 1),
        ("customer.subscription.updated", "subscription", "past_due", "open", 1),
        ("invoice.updated", "invoice", "past_due", "open", 4),
        ("customer.subscription.deleted", "subscription", "canceled", "open", 4),
    ]

    @Test func `every order of five events ends the same`() async throws {
        let fixture = try await HandlerFixture()
        let moment = Mutex(0)
        fixture.stripe.answer { call in
            let state = Self.world[moment.withLock { $0 }]
            let name = String(call.line.split(separator: "_").last ?? "")
            if call.line.contains("subscriptions") {
                let reason = state.subscription == "canceled" ? "payment_failed" : nil
                return .answer(200, StripeObject.subscription("sub_\(name)", state.subscription, reason: reason))
            }
            return .answer(
                200,
                StripeObject.invoice(
                    "in_\(name)", state.invoice, subscription: "sub_\(name)", attempts: state.attempts))
        }
        for (number, order) in Self.permutations(of: [0, 1, 2, 3, 4]).enumerated() {
            let client = try await fixture.addClient(customer: "cus_\(number)")
            _ = try await fixture.addSubscription(of: client, status: "active", stripe: "sub_\(number)")
            moment.withLock { $0 = 0 }
            for index in order {
                // Whoever hears of an event lives no earlier than it.
                moment.withLock { $0 = max($0, index) }
                let (event, object) = (Self.world[index], Self.world[index].kind == "invoice" ? "in" : "sub")
                let work = try await fixture.addEvent(
                    "evt_\(number)_\(index)", event.type, event.kind, "\(object)_\(number)", customer: "cus_\(number)")
                #expect(try await fixture.run(work, by: ApplyEventHandler()) == .recorded)
            }
        }
        let ends = try await fixture.sql(
            """
            SELECT DISTINCT c.access_state, s.status, s.cancellation_reason, i.status, i.attempt_count, i.first_failed_at IS NOT NULL,
                   (SELECT string_agg(h.reason || ' ' || h.effect, ',') FROM app.access_hold h
                     WHERE h.client_id = c.id AND h.released_at IS NULL)
              FROM app.client c JOIN app.subscription s ON s.client_id = c.id JOIN app.invoice i ON i.client_id = c.id
            """)
        #expect(ends == [["blocked", "canceled", "payment_failed", "open", "4", "t", "payment_failed blocked"]])
        #expect(try await fixture.value("SELECT count(*) FROM app.invoice") == "120")
        #expect(try await fixture.value("SELECT count(*) FROM app.stripe_event WHERE status <> 'applied'") == "0")
    }

    private static func permutations(of elements: [Int]) -> [[Int]] {
        guard elements.count > 1 else { return [elements] }
        return elements.flatMap { first in
            permutations(of: elements.filter { $0 != first }).map { [first] + $0 }
        }
    }
}
