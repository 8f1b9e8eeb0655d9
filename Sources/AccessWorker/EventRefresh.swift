import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// One look at Stripe for each kind of object we mirror.
struct EventRefresh: Sendable {
    let id: String
    let event: PendingEvent
    let job: JobContext

    init(_ id: String, _ event: PendingEvent, _ job: JobContext) {
        self.id = id
        self.event = event
        self.job = job
    }

    func subscription(_ object: String) -> Intention {
        Intention(.retrieveSubscription(object)) { answer, facts, tx in
            guard case .success(let subscription) = answer else { return try gone(answer, tx) }
            return over(isOurs: try tx.apply(subscription, sighting(facts), job) != nil, tx)
        }
    }

    /// An invoice of a subscription we do not know yet may be of one whose creation is being answered just now: the
    /// subscription's metadata tells.
    func invoice(_ object: String) -> Intention {
        Intention(.retrieveInvoice(object)) { answer, facts, tx in
            guard case .success(let invoice) = answer else { return try gone(answer, tx) }
            if let parent = invoice.subscription, try tx.first(FindSubscriptionByStripe(parent, orOurs: nil)) == nil {
                return .next(adopt(parent, then: invoice, facts))
            }
            return try keep(invoice, facts, tx)
        }
    }

    private func keep(
        _ invoice: Stripe.Invoice, _ seen: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        if invoice.lines?.hasMore == true { return .next(lines(of: invoice, seen)) }
        return over(isOurs: try tx.apply(invoice, sighting(seen), job) != nil, tx)
    }

    private func adopt(_ parent: String, then invoice: Stripe.Invoice, _ seen: AnswerFacts) -> Intention {
        Intention(.retrieveSubscription(parent)) { answer, facts, tx in
            if case .success(let subscription) = answer { _ = try tx.apply(subscription, sighting(facts), job) }
            return try keep(invoice, seen, tx)
        }
    }

    func customer(_ object: String) -> Intention {
        Intention(.retrieveCustomer(object)) { answer, facts, tx in
            guard case .success(let customer) = answer else { return try gone(answer, tx) }
            return over(isOurs: try tx.apply(customer, sighting(facts), job) != nil, tx)
        }
    }

    /// A payment is contested, or no longer.
    func dispute(_ object: String) -> Intention {
        Intention(.retrieveDispute(object)) { answer, facts, tx in
            guard case .success(let dispute) = answer else { return try gone(answer, tx) }
            guard let customer = dispute.charge?.object?.customer,
                let client = try tx.first(FindClientByCustomer(customer)), try tx.first(LockAccess(client)) != nil
            else { return over(isOurs: false, tx) }
            let snapshot = DisputeSnapshot(
                id: dispute.id, charge: dispute.charge?.id, status: dispute.status, reason: dispute.reason,
                amount: dispute.amount, currency: dispute.currency)
            tx.send(MarkDisputeSnapshot(.new(at: job.now), of: client, snapshot, seq: facts.fetchSeq))
            try forfeit(dispute.paymentIntent, snapshot, tx)
            try tx.projectAccess(of: client, because: AccessCause(.event, event.newest), at: job.now)
            return over(isOurs: true, tx)
        }
    }

    /// Credits whose money the bank took back are gone.
    private func forfeit(
        _ intent: String?, _ dispute: DisputeSnapshot, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        guard let intent, let found = try tx.first(FindPurchaseByStripe(intent)),
            let purchase = try tx.first(FindCreditPurchase(found.purchase)), purchase.status == .paid
        else { return }
        try tx.forfeitPurchase(purchase, by: dispute, because: AccessCause(.event, event.newest), at: job.now)
    }

    /// The page on which a card was to be saved is over, one way or the other.
    func checkoutSession(_ object: String) -> Intention {
        Intention(.retrieveCheckoutSession(object)) { answer, _, tx in
            guard case .success(let session) = answer else { return try gone(answer, tx) }
            if session.mode == "payment" { return try lookAtPurchase(of: session.id, tx) }
            guard session.mode == "setup", let customer = session.customer,
                let client = try tx.first(FindClientByCustomer(customer))
            else { return over(isOurs: false, tx) }
            switch session.status {
            case "complete":
                tx.send(MarkSetupEnded(session: session.id, .complete, setupIntent: session.setupIntent?.id))
                if let intent = session.setupIntent?.id { try adopt(intent, for: client, tx) }
            case "expired":
                tx.send(MarkSetupEnded(session: session.id, .expired, setupIntent: session.setupIntent?.id))
            default: break
            }
            return over(isOurs: true, tx)
        }
    }

    func setupIntent(_ object: String) -> Intention {
        Intention(.retrieveSetupIntent(object)) { answer, _, tx in
            guard case .success(let intent) = answer else { return try gone(answer, tx) }
            guard let customer = intent.customer, let client = try tx.first(FindClientByCustomer(customer)) else {
                return over(isOurs: false, tx)
            }
            if intent.status == "succeeded" {
                try adopt(intent.id, for: client, tx)
            } else if let failure = intent.lastSetupError {
                let problem = Refusal(
                    failure.declineCode ?? failure.code ?? "setup_failed",
                    failure.message ?? "Stripe could not save the card.")
                tx.send(MarkSetupRefused(setupIntent: intent.id, problem: problem.json))
            }
            return over(isOurs: true, tx)
        }
    }

    /// The session's event and the intent's mean the same: one command adopts the card.
    private func adopt(
        _ intent: String, for client: Client.ID, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        try job.enqueue(
            AdoptPaymentMethod(client: client, setupIntent: intent), tx, dedupeKey: "adopt:\(intent)",
            target: ("client", client.rawValue))
    }

    /// Money went to the account's bank, or came back (L11).
    func payout(_ object: String) -> Intention {
        Intention(.retrievePayout(object)) { answer, facts, tx in
            guard case .success(let payout) = answer else { return try gone(answer, tx) }
            try tx.apply(payout, seq: facts.fetchSeq, at: job.now)
            return over(isOurs: true, tx)
        }
    }

    /// The account changed, or its owner ended the link. Who may look, looks, in the queue that may.
    func account(_ tx: borrowing Transaction<TenantScope>) throws -> Outcome {
        guard let connection = try tx.first(FindConnection()), connection.status != .disconnected else {
            return ignore(tx)
        }
        switch connection.mode {
        case .connect: try job.enqueue(RefreshAccount(connection: connection.id), tx)
        case .secretKey: try job.enqueue(CheckConnection(connection: connection.id), tx)
        }
        return over(isOurs: true, tx)
    }

    /// Something the doctor looks at changed.
    func examine(_ tx: borrowing Transaction<TenantScope>) throws -> Outcome {
        guard let connection = try tx.first(FindConnection()) else { return ignore(tx) }
        try job.enqueue(ExamineConnection(connection: connection.id), tx)
        return over(isOurs: true, tx)
    }

    /// None of ours.
    func ignore(_ tx: borrowing Transaction<TenantScope>) -> Outcome { over(isOurs: false, tx) }

    func sighting(_ facts: AnswerFacts) -> Sighting {
        Sighting(facts, because: AccessCause(.event, event.newest), at: event.created)
    }

    func over(isOurs: Bool, _ tx: borrowing Transaction<TenantScope>) -> Outcome {
        tx.send(MarkEventOver(id, event, isApplied: isOurs))
        WebhookLag.record(event, appliedAt: job.now)
        return .done("event", isOurs ? "applied" : "ignored")
    }

    /// The object was deleted since, or is of no concern to this key.
    func gone<Object>(
        _ answer: Result<Object, StripeError>, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        guard case .failure(let error) = answer, !error.isMissing else { return ignore(tx) }
        return .dead(
            JobFailure(
                status: error.status, code: error.code ?? error.type, requestID: error.requestID, message: error.message
            ))
    }
}
