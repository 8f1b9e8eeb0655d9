import Daemon
import Testing

@testable import Billing

/// Waivers, disputes, the end of the last subscription, and the scope of a block, from facts alone.
struct AccessCauseTests {
    private let now = Timestamp(seconds: 10_000_000)
    private let one = Subscription.ID.new(at: Timestamp(seconds: 1))
    private let two = Subscription.ID.new(at: Timestamp(seconds: 2))
    private let bill = Invoice.ID.new(at: Timestamp(seconds: 3))

    private func fact(
        _ status: SubscriptionStatus, _ reason: CancellationReason? = nil, of id: Subscription.ID? = nil,
        failedAt: Int64? = nil, hasRun: Bool = true
    ) -> AccessFacts.SubscriptionFact {
        .init(
            id: id ?? one, status: status, cancellationReason: reason, beganAt: Timestamp(seconds: 10),
            failedInvoice: failedAt.map { _ in bill }, firstFailedAt: failedAt.map { Timestamp(seconds: $0) },
            hasRun: hasRun)
    }

    private func hold(
        _ reason: HoldReason, _ effect: HoldEffect = .blocked, release: HoldRelease? = nil, dispute: String? = nil
    ) -> AccessHold {
        AccessHold(
            id: .new(at: Timestamp(seconds: 5)), reason: reason, effect: effect,
            subscription: reason == .dispute ? nil : one, cause: AccessCause(.event, "evt_1"),
            openedAt: Timestamp(seconds: 1_000), release: release, dispute: dispute)
    }

    private func decide(
        _ subscriptions: [AccessFacts.SubscriptionFact], _ holds: [AccessHold] = [], card: Bool = true,
        disputes: [(String, String)] = [], _ policy: AccessPolicy = AccessPolicy()
    ) -> [AccessProjection.Consequence] {
        let disputes = disputes.map { AccessFacts.DisputeFact(id: $0.0, status: $0.1) }
        return AccessProjection.consequences(
            of: AccessFacts(hasCard: card, subscriptions: subscriptions, holds: holds, disputes: disputes),
            policy: policy, now: now)
    }

    private func opened(_ consequences: [AccessProjection.Consequence]) -> [AccessProjection.Opening] {
        consequences.compactMap { if case .open(let wish) = $0 { wish } else { nil } }
    }

    @Test func `G7: a waiver given before the bill was known is for that failure, not for every later one`() {
        let policy = AccessPolicy(blockOn: .pastDueImmediately)
        let waived = hold(.paymentFailed, release: .manual)
        // The bill of the failure that was waived came minutes after the block.
        #expect(opened(decide([fact(.pastDue, failedAt: 1_300)], [waived], policy)).isEmpty)
        // Next month's is another failure: it blocks again.
        let later = opened(decide([fact(.pastDue, failedAt: 1_000 + 30 * 86_400)], [waived], policy))
        #expect(later.map(\.effect) == [.blocked] && later.first?.invoice == bill)
    }

    @Test func `E14: when nothing waits for a first payment any more, the hold for it ends, card or not`() {
        let waiting = hold(.awaitingPayment, .awaitingPayment)
        let other = fact(.active, of: two)
        #expect(
            decide([other, fact(.canceled, .cancellationRequested)], [waiting], card: false).contains(
                .release(waiting.id, .superseded)))
        #expect(
            !decide([other, fact(.awaitingPayment)], [waiting], card: false).contains(
                .release(waiting.id, .superseded)))
    }

    @Test(arguments: [
        ("needs_response", true), ("under_review", true), ("lost", true), ("won", false),
        ("warning_needs_response", false),
        ("warning_closed", false), ("prevented", false),
    ])
    func `a dispute blocks while money is at stake or gone, by the tenant's rule`(status: String, isAgainst: Bool) {
        let policy = AccessPolicy(onDispute: .block)
        let wish = opened(decide([], disputes: [("dp_1", status)], policy))
        #expect(wish.map(\.dispute) == (isAgainst ? ["dp_1"] : []))
        #expect(opened(decide([], disputes: [("dp_1", status)])).isEmpty)
        let open = hold(.dispute, dispute: "dp_1")
        let released = decide([], [open], disputes: [("dp_1", status)], policy).contains(.release(open.id, .won))
        #expect(released == !isAgainst)
    }

    @Test func `a dispute that was waived stays waived, another one blocks; one won makes way for the next`() {
        let policy = AccessPolicy(onDispute: .block)
        let waived = hold(.dispute, release: .manual, dispute: "dp_1")
        #expect(opened(decide([], [waived], disputes: [("dp_1", "lost")], policy)).isEmpty)
        let both = opened(decide([], [waived], disputes: [("dp_1", "lost"), ("dp_2", "needs_response")], policy))
        #expect(both.map(\.dispute) == ["dp_2"])
        let open = hold(.dispute, dispute: "dp_1")
        let next = decide([], [open], disputes: [("dp_1", "won"), ("dp_2", "needs_response")], policy)
        #expect(next.first == .release(open.id, .won) && opened(next).map(\.dispute) == ["dp_2"])
    }

    @Test func `no_subscription: the end of the last one by wish refuses, a new one lets in`() {
        let policy = AccessPolicy(noSubscription: .block)
        let ended = fact(.canceled, .cancellationRequested)
        #expect(opened(decide([ended], policy)).map(\.reason) == [.noSubscription])
        #expect(opened(decide([ended])).isEmpty)
        // One that never ran was never there; one that ended unpaid has its own block.
        #expect(opened(decide([fact(.canceled, .cancellationRequested, hasRun: false)], policy)).isEmpty)
        #expect(opened(decide([fact(.canceled, .paymentFailed)], policy)).map(\.reason) == [.paymentFailed])
        #expect(opened(decide([ended, fact(.active, of: two)], policy)).isEmpty)
        let open = hold(.noSubscription)
        #expect(decide([ended, fact(.active, of: two)], [open], policy) == [.release(open.id, .subscription)])
        #expect(opened(decide([ended], [hold(.noSubscription, release: .manual)], policy)).isEmpty)
    }

    @Test func `block_scope: under subscription a failed one warns while another runs, and blocks when it ends`() {
        let block = hold(.paymentFailed)
        func state(_ other: SubscriptionStatus, _ scope: BlockScope) -> AccessState {
            AccessProjection.state(
                of: [block], subscriptions: [fact(.unpaid), fact(other, of: two)], scope: scope)
        }
        #expect(state(.active, .client) == .blocked)
        #expect(state(.active, .subscription) == .pastDue)
        #expect(state(.pastDue, .subscription) == .blocked)
        #expect(state(.canceled, .subscription) == .blocked)
        // A block by hand is not about a subscription.
        #expect(
            AccessProjection.state(of: [hold(.manual)], subscriptions: [fact(.active, of: two)], scope: .subscription)
                == .blocked)
    }

    private func decide(
        _ subscriptions: [AccessFacts.SubscriptionFact], _ policy: AccessPolicy
    ) -> [AccessProjection.Consequence] { decide(subscriptions, [], card: true, disputes: [], policy) }
}
