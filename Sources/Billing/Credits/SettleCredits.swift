public import Daemon
public import Jobs
public import Postgres

/// A payment as fetched.
public struct CreditPayment: Equatable, Sendable {
    /// `pi_…`
    public var intent: String
    /// `ch_…`
    public var charge: String?
    /// Minor units received.
    public var amount: Int64
    /// Three lower-case letters.
    public var currency: String

    /// States the facts.
    public init(intent: String, charge: String?, amount: Int64, currency: String) {
        self.intent = intent
        self.charge = charge
        self.amount = amount
        self.currency = currency
    }
}

/// What Stripe says of a purchase's money becomes credits, here and nowhere else.
extension Transaction where Scope == TenantScope {
    /// Grants what a succeeded payment bought, once (V15), by the version it was quoted at (V14).
    ///
    /// - Returns: false when the payment is not the one that was asked for: nothing is granted.
    public func grantPurchase(
        _ purchase: CreditPurchase, paidBy payment: CreditPayment, because cause: AccessCause, at now: Timestamp
    ) throws -> Bool {
        guard payment.amount == purchase.amount.amount, payment.currency == purchase.amount.currency.code else {
            return false
        }
        // The client's row first, as everywhere.
        _ = try first(LockAccess(purchase.client))
        guard try first(MarkPurchasePaid(purchase.id, intent: payment.intent, charge: payment.charge)) != nil else {
            return true
        }
        if purchase.origin == .autoTopUp { try succeedTopUp(of: purchase.client) }
        send(
            MarkCreditTransaction(
                .new(at: now), of: purchase, .payment, amount: payment.amount, status: "succeeded",
                stripeID: payment.intent, paymentIntent: payment.intent))
        let posted = try postCredits(
            CreditMovement(
                .purchase, purchase.credits, of: purchase.client, from: .payment(payment.intent),
                pricing: purchase.pricing), because: cause, at: now)
        guard posted.isNew else { return true }
        announce(
            PortalEvent(
                type: "credits.purchased", subject: purchase.client.text,
                body: "{\"client\":\"\(purchase.client.text)\",\"purchase\":\"\(purchase.id.text)\","
                    + "\"credits\":\"\(purchase.credits.text)\",\"balance\":\"\(posted.entry.balanceAfter.text)\","
                    + "\"amount\":\(purchase.amount.amount),\"currency\":\"\(purchase.amount.currency.code)\"}"),
            at: now)
        return true
    }

    /// A purchase will not be paid. A standing order's pauses, and the client is judged by what is left.
    public func closePurchase(
        _ purchase: CreditPurchase, as status: CreditPurchase.Status, problem: String?, because cause: AccessCause,
        at now: Timestamp
    ) throws {
        _ = try first(LockAccess(purchase.client))
        guard try first(MarkPurchaseOver(purchase.id, status, problem: problem)) != nil,
            purchase.origin == .autoTopUp
        else { return }
        let why = problem ?? "{\"code\":\"page_expired\",\"detail\":\"Nobody paid on the page in time.\"}"
        try failTopUp(of: purchase.client, problem: why, at: now)
        try judgeCredits(of: purchase.client, mayOpen: true, because: cause, at: now)
    }

    /// Mirrors a refund of a purchase, made here or in Stripe's dashboard, and takes its share of the credits; gives
    /// them back when the refund fails. All refunds together take what their sum is worth, to the millionth.
    public func mirrorRefund(
        _ snapshot: CreditRefundSnapshot, ours: CreditRefund.ID?, of purchase: CreditPurchase, intent: String,
        because cause: AccessCause, at now: Timestamp
    ) throws {
        _ = try first(LockAccess(purchase.client))
        if let ours { send(MarkCreditRefundMade(ours, refund: snapshot.stripeID)) }
        send(MarkCreditRefundSnapshot(.new(at: now), of: purchase, snapshot))
        let all = try run(ListRefundsOfPurchase(purchase.id))
        guard let refund = all.first(where: { $0.stripeRefund == snapshot.stripeID }) else { return }
        send(
            MarkCreditTransaction(
                .new(at: now), of: purchase, .refund, amount: -refund.amount, status: refund.status.rawValue,
                stripeID: snapshot.stripeID, paymentIntent: intent))
        let given = all.filter(\.status.counts).reduce(0) { $0 + $1.amount }
        send(MarkPurchaseRefunded(purchase.id, min(given, purchase.amount.amount)))
        try balanceRefund(refund, among: all, given: given, of: purchase, because: cause, at: now)
    }

    /// A dispute over a purchase was lost: the bank took the money back, and its share of the credits goes with it, as
    /// far as refunds did not take it before. Once for each dispute.
    public func forfeitPurchase(
        _ purchase: CreditPurchase, by dispute: DisputeSnapshot, because cause: AccessCause, at now: Timestamp
    ) throws {
        guard dispute.status == "lost", dispute.currency == purchase.amount.currency.code else { return }
        _ = try first(LockAccess(purchase.client))
        let taken = try run(ListRefundsOfPurchase(purchase.id)).reduce(0) { $0 + $1.credits.micro }
        let share = purchase.credits.share(dispute.amount, of: purchase.amount.amount)
        let left = CreditAmount(micro: min(share.micro, purchase.credits.micro - taken))
        guard left > .zero else { return }
        try postCredits(
            CreditMovement(
                .refund, -left, of: purchase.client, from: .dispute(dispute.id), pricing: purchase.pricing,
                reason: "The payment was disputed, and the dispute lost."), because: cause, at: now)
    }

    private func balanceRefund(
        _ refund: CreditRefund, among all: [CreditRefund], given: Int64, of purchase: CreditPurchase,
        because cause: AccessCause, at now: Timestamp
    ) throws {
        guard let stripeID = refund.stripeRefund else { return }
        if refund.status.counts, refund.credits == .zero {
            let others = all.filter { $0.id != refund.id }.reduce(0) { $0 + $1.credits.micro }
            let share = CreditAmount(
                micro: purchase.credits.share(given, of: purchase.amount.amount).micro - others)
            guard share > .zero else { return }
            send(MarkCreditRefundTaken(refund.id, share))
            try postCredits(
                CreditMovement(
                    .refund, -share, of: purchase.client, from: .refund(stripeID), pricing: purchase.pricing),
                because: cause, at: now)
        } else if !refund.status.counts, refund.credits > .zero {
            send(MarkCreditRefundTaken(refund.id, .zero))
            try postCredits(
                CreditMovement(
                    .refund, refund.credits, of: purchase.client, from: .refundFailure(stripeID),
                    pricing: purchase.pricing), because: cause, at: now)
        }
    }
}
