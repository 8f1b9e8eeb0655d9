import Billing
import HTTPTypes
import Jobs
import Postgres

/// What becomes of the thing a canceled command was about: nothing is left behind that waits for what will not happen,
/// stands in the way of a new wish, or counts as given.
enum CanceledCommand {
    private static let problem: JSON = [
        "code": .string(ProblemCode.commandCanceled.rawValue), "detail": "The command was canceled.",
    ]

    /// Ends it.
    static func settle(_ command: Command, _ actor: Actor, _ tx: borrowing Transaction<TenantScope>) throws {
        switch (command.kind, command.target) {
        case (StartSubscription.kind, let id?): try drop(Subscription.ID(rawValue: id), actor, tx)
        case (IssueInvoice.kind, let id?): try fail(Invoice.ID(rawValue: id), command, tx)
        case (RefundInvoice.kind, _): tx.send(MarkRefundCanceled(with: command.id))
        case (CreditInvoice.kind, _): tx.send(MarkCreditNoteCanceled(with: command.id, problem: problem.text))
        case (BuyCredits.kind, let id?):
            tx.send(MarkPurchaseCanceled(CreditPurchase.ID(rawValue: id), problem: problem.text))
        case (RefundCredits.kind, let id?):
            tx.send(MarkCreditRefundCanceled(CreditRefund.ID(rawValue: id), problem: problem.text))
        case (PublishCoupon.kind, let id?):
            tx.send(MarkCouponRefused(Coupon.ID(rawValue: id), problem: problem.text))
        case (OpenPaymentSetup.kind, let id?):
            tx.send(MarkSetupFailed(PaymentSetup.ID(rawValue: id), problem: problem.text))
        default: break
        }
    }

    /// A start that will not happen leaves no subscription behind that waits for it. One that another command starts
    /// just now, or that Stripe will begin, goes on.
    private static func drop(
        _ id: Subscription.ID, _ actor: Actor, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        let subscription = try Subscriptions.locked(id, tx)
        guard !subscription.status.isAtStripe, subscription.stripeSchedule == nil,
            try tx.first(FindLiveStart(of: id)) == nil
        else { return }
        tx.send(MarkSubscriptionDropped(id))
        tx.announce(.subscription(id, of: subscription.client, "canceled", status: .canceled), at: actor.now)
        try tx.projectAccess(of: subscription.client, because: actor.cause, at: actor.now)
    }

    /// A draft stays a draft at Stripe, which nobody finalizes. Late usage on it is let go by the worker, which may.
    private static func fail(
        _ id: Invoice.ID, _ command: Command, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        let isIssued = try tx.run(ListSteps(of: command.number)).contains {
            $0.path.hasSuffix("/finalize") && $0.outcome == "succeeded"
        }
        tx.send(MarkInvoiceRefused(id, problem: problem.text, isIssued: isIssued))
        guard !isIssued, let invoice = try tx.first(FindInvoice(id)), invoice.price == nil else { return }
        _ = try tx.enqueue(IssueInvoice(invoice: id, client: invoice.client), target: ("invoice", id.rawValue))
    }
}
