import Daemon
import Testing

@testable import Billing

struct AccessProjectionTests {
    private let now = Timestamp(seconds: 1_000_000)
    private let one = Subscription.ID.new(at: Timestamp(seconds: 1))
    private let two = Subscription.ID.new(at: Timestamp(seconds: 2))
    private let bill = Invoice.ID.new(at: Timestamp(seconds: 3))
    private let nextBill = Invoice.ID.new(at: Timestamp(seconds: 4))

    private func fact(
        _ status: SubscriptionStatus, _ reason: CancellationReason? = nil, id: Subscription.ID? = nil,
        failed: Invoice.ID? = nil,
        failedAt: Int64? = nil, created: Int64 = 10
    ) -> AccessFacts.SubscriptionFact {
        .init(
            id: id ?? one, status: status, cancellationReason: reason, beganAt: Timestamp(seconds: created),
            failedInvoice: failed, firstFailedAt: failedAt.map { Timestamp(seconds: $0) })
    }

    private func hold(
        _ reason: HoldReason, _ effect: HoldEffect, of subscription: Subscription.ID? = nil, invoice: Invoice.ID? = nil,
        opened: Int64 = 100, release: HoldRelease? = nil, deadline: Timestamp? = nil
    ) -> AccessHold {
        AccessHold(
            id: .new(at: Timestamp(seconds: opened)), reason: reason, effect: effect, subscription: subscription ?? one,
            invoice: invoice, cause: AccessCause(.event, "evt_1"), deadline: deadline,
            openedAt: Timestamp(seconds: opened),
            release: release)
    }

    private func decide(
        _ subscriptions: [AccessFacts.SubscriptionFact], _ holds: [AccessHold] = [], card: Bool = true,
        _ policy: AccessPolicy = AccessPolicy()
    ) -> [AccessProjection.Consequence] {
        AccessProjection.consequences(
            of: AccessFacts(hasCard: card, subscriptions: subscriptions, holds: holds), policy: policy, now: now)
    }

    /// Applies what was decided, as the shell does.
    private func after(_ consequences: [AccessProjection.Consequence], _ holds: [AccessHold]) -> [AccessHold] {
        var holds = holds
        for consequence in consequences {
            switch consequence {
            case .open(let wish):
                holds.append(
                    AccessHold(
                        id: .new(at: now), reason: wish.reason, effect: wish.effect, policy: wish.policy,
                        subscription: wish.subscription, invoice: wish.invoice, cause: AccessCause(.event, "evt_2"),
                        deadline: wish.deadline, openedAt: now))
            case .release(let id, let release): holds[holds.firstIndex { $0.id == id }!].release = release
            case .move(let id, let deadline): holds[holds.firstIndex { $0.id == id }!].deadline = deadline
            }
        }
        return holds
    }

    @Test func `the state is the most severe open hold, none is active`() {
        #expect(AccessState(holds: []) == .active)
        #expect(AccessState(holds: [.pastDue]) == .pastDue)
        #expect(AccessState(holds: [.awaitingPayment, .pastDue]) == .awaitingPayment)
        #expect(AccessState(holds: [.pastDue, .blocked, .awaitingPayment]) == .blocked)
        #expect(AccessState.allCases.filter(\.isAllowed) == [.active, .pastDue])
    }

    /// Which statuses refuse, by policy. The grace of `graceElapsed` is not over here.
    @Test(arguments: BlockPolicy.allCases, SubscriptionStatus.allCases)
    func `G5: what blocks is the policy's to say`(policy: BlockPolicy, status: SubscriptionStatus) {
        let decided = decide(
            [fact(status, status == .canceled ? .paymentFailed : nil, failed: bill, failedAt: 999_000)],
            AccessPolicy(blockOn: policy, graceDays: 7))
        let blocks = decided.contains { if case .open(let wish) = $0 { wish.effect == .blocked } else { false } }
        let expected: Set<SubscriptionStatus> =
            switch policy {
            case .pastDueImmediately: [.pastDue, .unpaid, .paused, .canceled]
            case .graceElapsed: [.canceled]
            case .unpaid: [.unpaid, .paused, .canceled]
            case .canceledForNonpayment: [.canceled]
            }
        #expect(blocks == expected.contains(status), "\(decided)")
    }

    private func decide(_ subscriptions: [AccessFacts.SubscriptionFact], _ policy: AccessPolicy)
        -> [AccessProjection.Consequence]
    { decide(subscriptions, [], card: true, policy) }

    @Test func `G5: canceled for another reason does not block`() {
        for reason in [CancellationReason.cancellationRequested, .paymentDisputed, .init(rawValue: "new_word")] {
            #expect(decide([fact(.canceled, reason)]).isEmpty)
        }
        #expect(decide([fact(.canceled)]).isEmpty)
    }

    @Test func `a failed payment warns, blocking takes the warning's place and keeps its invoice`() throws {
        let warned = after(decide([fact(.pastDue, failed: bill, failedAt: 100)]), [])
        #expect(AccessState(holds: warned.filter(\.isOpen).map(\.effect)) == .pastDue)
        let blocked = after(decide([fact(.canceled, .paymentFailed)], warned), warned)
        let open = blocked.filter(\.isOpen)
        #expect(
            open.count == 1 && open[0].effect == .blocked && open[0].invoice == bill
                && open[0].policy == .canceledForNonpayment)
        #expect(blocked.first { $0.effect == .pastDue }?.release == .superseded)
    }

    @Test func `missed events are legal: canceled without a seen warning blocks`() {
        #expect(AccessState(holds: after(decide([fact(.canceled, .paymentFailed)]), []).map(\.effect)) == .blocked)
    }

    @Test func `deciding twice changes nothing the second time`() {
        for status in SubscriptionStatus.allCases {
            for policy in BlockPolicy.allCases {
                let facts = [fact(status, .paymentFailed, failed: bill, failedAt: 100)]
                let rules = AccessPolicy(blockOn: policy, graceDays: 3)
                let before = [hold(.awaitingPayment, .awaitingPayment)]
                let holds = after(decide(facts, before, rules), before)
                #expect(decide(facts, holds, card: true, rules).isEmpty, "\(status) \(policy)")
            }
        }
    }

    private func decide(_ subscriptions: [AccessFacts.SubscriptionFact], _ holds: [AccessHold], _ policy: AccessPolicy)
        -> [AccessProjection.Consequence]
    { decide(subscriptions, holds, card: true, policy) }

    @Test func `payment ends the block of its own subscription, and no other hold`() {
        let holds = [
            hold(.paymentFailed, .blocked), hold(.paymentFailed, .blocked, of: two), hold(.manual, .blocked),
            hold(.dispute, .blocked),
            hold(.tenant, .blocked),
        ]
        let decided = decide(
            [fact(.active), fact(.unpaid, id: two, failed: bill)], holds, AccessPolicy(blockOn: .unpaid))
        #expect(decided == [.release(holds[0].id, .payment)])
    }

    @Test func `running again with the failed invoice still open stays blocked`() {
        #expect(decide([fact(.active, failed: bill, failedAt: 1)], [hold(.paymentFailed, .blocked)]).isEmpty)
    }

    @Test func `G7: a waived block does not come back for the same unpaid invoice, it does for the next`() {
        let waived = hold(.paymentFailed, .blocked, invoice: bill, release: .manual)
        #expect(decide([fact(.canceled, .paymentFailed, failed: bill)], [waived]).isEmpty)
        #expect(decide([fact(.canceled, .paymentFailed)], [waived]).isEmpty)
        #expect(
            decide([fact(.pastDue, failed: bill, failedAt: 1)], [waived], AccessPolicy(blockOn: .pastDueImmediately))
                .isEmpty)
        #expect(decide([fact(.canceled, .paymentFailed, failed: nextBill)], [waived]).count == 1)
    }

    @Test func `G7: a waived end does not come back when one of two unpaid invoices is paid after it`() {
        var waived = hold(.paymentFailed, .blocked, invoice: bill, release: .manual)
        waived.policy = .canceledForNonpayment
        #expect(decide([fact(.canceled, .paymentFailed, failed: nextBill)], [waived]).isEmpty)
        // Before the end the next bill is another incident.
        #expect(decide([fact(.pastDue, failed: nextBill, failedAt: 1)], [waived]).count == 1)
    }

    @Test func `G9: a newer running subscription ends the block of a dead one, an older one does not`() {
        let block = hold(.paymentFailed, .blocked, opened: 100)
        let dead = fact(.canceled, .paymentFailed)
        #expect(decide([dead, fact(.active, id: two, created: 200)], [block]) == [.release(block.id, .subscription)])
        #expect(decide([dead, fact(.active, id: two, created: 50)], [block]).isEmpty)
        #expect(decide([dead, fact(.incomplete, id: two, created: 200)], [block]).isEmpty)
        var released = block
        released.release = .subscription
        #expect(decide([dead, fact(.active, id: two, created: 200)], [released]).isEmpty)
        #expect(decide([dead], [released]).isEmpty)
    }

    @Test func `E14: waiting ends with a card and a running subscription, or when nothing waits any more`() {
        let waiting = hold(.awaitingPayment, .awaitingPayment)
        #expect(decide([fact(.awaitingPayment)], [waiting], card: false).isEmpty)
        #expect(decide([fact(.starting)], [waiting], card: true).isEmpty)
        #expect(decide([fact(.active)], [waiting], card: false).isEmpty)
        #expect(decide([fact(.active)], [waiting], card: true) == [.release(waiting.id, .payment)])
        #expect(decide([fact(.trialing)], [waiting], card: true) == [.release(waiting.id, .payment)])
        #expect(
            decide([fact(.canceled, .cancellationRequested)], [waiting], card: false) == [
                .release(waiting.id, .superseded)
            ])
        #expect(decide([fact(.canceled), fact(.awaitingPayment, id: two)], [waiting], card: false).isEmpty)
    }

    @Test func `the grace's end is derived from the oldest failed invoice and moves with it`() {
        let rules = AccessPolicy(blockOn: .graceElapsed, graceDays: 7)
        let first = decide([fact(.pastDue, failed: bill, failedAt: 900_000)], rules)
        let deadline = Timestamp(seconds: 900_000 + 7 * 86_400)
        #expect(
            first == [
                .open(
                    .init(
                        reason: .paymentFailed, effect: .pastDue, policy: .graceElapsed, subscription: one,
                        invoice: bill,
                        deadline: deadline))
            ])
        let grace = hold(.paymentFailed, .pastDue, invoice: bill, deadline: deadline)
        #expect(
            decide([fact(.pastDue, failed: nextBill, failedAt: 950_000)], [grace], rules)
                == [.move(grace.id, deadline: Timestamp(seconds: 950_000 + 7 * 86_400))])
        let over = decide([fact(.pastDue, failed: bill, failedAt: 1_000_000 - 7 * 86_400)], [grace], rules)
        #expect(over.contains(.release(grace.id, .superseded)) && over.count == 2)
        #expect(decide([fact(.active)], [grace], rules) == [.release(grace.id, .payment)])
    }

    @Test func `V13: what is over stays over, and Stripe's status never becomes ours again`() {
        for after in SubscriptionStatus.allCases where after != .canceled { #expect(!after.mayFollow(.canceled)) }
        for before in SubscriptionStatus.allCases { #expect(before.mayFollow(before)) }
        for ours in [SubscriptionStatus.draft, .scheduled, .starting] {
            for theirs in SubscriptionStatus.allCases where theirs.isAtStripe && theirs != .incompleteExpired {
                #expect(!ours.mayFollow(theirs), "\(ours) after \(theirs)")
            }
        }
        #expect(
            SubscriptionStatus.awaitingPayment.mayFollow(.incompleteExpired)
                && SubscriptionStatus.canceled.mayFollow(.awaitingPayment))
        #expect(SubscriptionStatus.active.mayFollow(.starting) && SubscriptionStatus.active.mayFollow(.unpaid))
        #expect(ConnectionStatus.validating.mayFollow(.invalid) && !ConnectionStatus.connected.mayFollow(.disconnected))
        #expect(ConnectionStatus.allCases.filter { !$0.acceptsCommands } == [.disconnected])
    }
}
