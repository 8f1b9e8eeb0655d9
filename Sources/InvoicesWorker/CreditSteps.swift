import Billing
import Daemon
import Jobs
import Postgres
import Stripe
import Worker

/// The calls that have a purchase of credits paid. A payment is made first and tried then, so that there is one to look
/// at whatever becomes of the answer: a try that is not known to have failed never has a second payment beside it.
struct CreditSteps: Sendable {
    private enum Steps {
        static let make = 2
        static let confirm = 3
        static let cancel = 4
        static let open = 5
    }

    private let purchase: CreditPurchase
    private let client: Client
    private let job: JobContext

    init(_ purchase: CreditPurchase, _ client: Client, _ job: JobContext) {
        self.purchase = purchase
        self.client = client
        self.job = job
    }

    /// Whether the card may have been charged without our knowing: until that is clear nothing is refused.
    var isTryUnanswered: Bool { [Steps.make, Steps.confirm].contains { job.isUnanswered(step: $0) } }

    /// The payment, not tried yet.
    func make(for customer: String) -> Intention {
        let call = StripeCall<PaymentIntent>.createPaymentIntent(
            customer: customer, amount: purchase.amount.amount, currency: purchase.amount.currency.code,
            description: purchase.item, metadata: job.metadata(of: purchase.id))
        let lookUp = LookUp<PaymentIntent>(
            list: { StripeCall<List<PaymentIntent>>.listPaymentIntents(of: customer, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, purchase.id) })
        return Intention(step: Steps.make, call, lookUp: lookUp) { answer, _, tx in
            switch answer {
            case .success(let made):
                tx.send(MarkPurchaseIntent(purchase.id, intent: made.id))
                return .again
            case .failure(let error): return try refuse(Refusal(error), tx)
            }
        }
    }

    /// Charges the card on file. A card that asks its owner is not charged: the client gets a page.
    func confirm(_ intent: String) -> Intention {
        let call = StripeCall<PaymentIntent>.confirmPaymentIntent(intent, paymentMethod: client.card?.paymentMethod)
        let lookUp = LookUp<PaymentIntent>(object: .retrievePaymentIntent(intent)) {
            ["succeeded", "processing", "canceled"].contains($0.status)
        }
        return Intention(step: Steps.confirm, call, lookUp: lookUp) { answer, _, tx in
            switch answer {
            case .success(let tried): return try judge(tried, tx)
            case .failure(let error) where error.asksOwner: return .next(cancel(intent, after: Refusal(error)))
            case .failure(let error) where error.isPaymentFailure: return try refuse(Refusal(error), tx)
            case .failure(let error): return .next(look(intent, after: Refusal(error)))
            }
        }
    }

    /// A payment that its owner must agree to can no longer be finished by us: it ends before the page makes another.
    private func cancel(_ intent: String, after refusal: Refusal) -> Intention {
        let lookUp = LookUp<PaymentIntent>(object: .retrievePaymentIntent(intent)) { $0.status == "canceled" }
        return Intention(step: Steps.cancel, .cancelPaymentIntent(intent), lookUp: lookUp) { answer, _, tx in
            switch answer {
            case .success(let ended) where ended.status == "canceled":
                tx.send(MarkPurchaseNeedsAction(purchase.id, problem: refusal.json))
                return .again
            case .success(let other): return try judge(other, tx)
            case .failure: return .next(look(intent, after: refusal))
            }
        }
    }

    /// The page on which the client pays.
    func open(for customer: String) -> Intention {
        let fallback = job.surroundings.publicURL + "/credits/paid"
        let call = StripeCall<CheckoutSession>.createPaymentSession(
            customer: customer, amount: purchase.amount.amount, currency: purchase.amount.currency.code,
            item: purchase.item, successURL: purchase.successURL ?? fallback, cancelURL: purchase.cancelURL,
            metadata: job.metadata(of: purchase.id))
        let lookUp = LookUp<CheckoutSession>(
            list: { StripeCall<List<CheckoutSession>>.listCheckoutSessions(of: customer, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, purchase.id) })
        return Intention(step: Steps.open, call, lookUp: lookUp) { answer, _, tx in
            switch answer {
            case .success(let session):
                let expiresAt = session.expiresAt.map(Timestamp.init(seconds:))
                tx.send(
                    MarkPurchaseOpened(purchase.id, session: session.id, url: session.url, expiresAt: expiresAt))
                if purchase.origin == .autoTopUp {
                    try tx.holdTopUp(
                        of: purchase.client, url: session.url, problem: purchase.problem ?? "{}", at: job.now)
                    try tx.judgeCredits(of: purchase.client, mayOpen: true, because: job.cause, at: job.now)
                }
                return session.url.map { .done(url: $0, expiresAt: expiresAt) } ?? .done("status", "over")
            case .failure(let error): return try refuse(Refusal(error), tx)
            }
        }
    }

    private func judge(_ tried: PaymentIntent, _ tx: borrowing Transaction<TenantScope>) throws -> Outcome {
        switch tried.status {
        case "succeeded": return try granted(tried, tx)
        case "processing":
            tx.send(MarkPurchaseProcessing(purchase.id))
            try lookLater(tx)
            return .done("status", "processing")
        case "requires_action": return .next(cancel(tried.id, after: Refusal("authentication_required", Self.asks)))
        default:
            let failure = tried.lastPaymentError
            return try refuse(
                Refusal(failure?.code ?? "payment_failed", failure?.message ?? "The card was not charged."), tx)
        }
    }

    private static let asks = "The card asks its owner to agree to the payment."

    private func granted(_ paid: PaymentIntent, _ tx: borrowing Transaction<TenantScope>) throws -> Outcome {
        guard try tx.grantPurchase(purchase, paidBy: CreditPayment(paid), because: job.cause, at: job.now) else {
            return .dead(.otherAmount)
        }
        try job.enqueue(RefreshCreditPurchase(purchase: purchase.id, client: purchase.client), tx)
        return .done("status", "paid")
    }

    /// Stripe's no may mean that it was paid already.
    private func look(_ intent: String, after refusal: Refusal) -> Intention {
        Intention(.retrievePaymentIntent(intent)) { answer, _, tx in
            guard case .success(let found) = answer, ["succeeded", "processing"].contains(found.status) else {
                return try refuse(refusal, tx)
            }
            return try judge(found, tx)
        }
    }

    private func lookLater(_ tx: borrowing Transaction<TenantScope>) throws {
        try job.enqueue(
            RefreshCreditPurchase(purchase: purchase.id, client: purchase.client, round: 1), tx,
            runAt: job.now + .seconds(60))
    }

    /// Keeps why on the purchase, and ends the command.
    func refuse(_ refusal: Refusal, _ tx: borrowing Transaction<TenantScope>) throws -> Outcome {
        try tx.closePurchase(purchase, as: .failed, problem: refusal.json, because: job.cause, at: job.now)
        return .refused(refusal)
    }
}

extension CreditPayment {
    /// Reads a succeeded payment.
    init(_ object: PaymentIntent) {
        self.init(
            intent: object.id, charge: object.latestCharge?.id, amount: object.amountReceived ?? object.amount,
            currency: object.currency)
    }
}

extension StripeError {
    /// The bank wants the card's owner to agree, who is not there.
    var asksOwner: Bool { code == "authentication_required" || declineCode == "authentication_required" }
}

extension JobFailure {
    /// Somebody changed the payment at Stripe: an operator must look.
    static let otherAmount = JobFailure(
        code: "amount_mismatch", message: "Stripe received another amount than the purchase's; nothing was granted")
}
