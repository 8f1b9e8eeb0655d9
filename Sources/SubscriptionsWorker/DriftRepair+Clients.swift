import Billing
import Jobs
import Postgres
import Stripe
import Worker

extension ExistingCustomer: Repairable {
    func take(
        _ repair: DriftRepair, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome? {
        guard let row = repair.item.row else { return .refused(DriftRepair.vanished) }
        let client = Client.ID(rawValue: row)
        if repair.item.kind == .missingHere {
            tx.send(MarkCustomerMade(client, customer: id))
        } else {
            tx.send(MarkClientField(client, repair.item.field, seen(by: repair.job).value(of: repair.item.field)))
        }
        return nil
    }

    /// A new customer is made when one is needed.
    static func lose(
        _ repair: DriftRepair, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        guard let client = try tx.first(FindClientByCustomer(repair.item.stripeID)) else { return }
        tx.send(MarkCustomerDeleted(client, seq: facts.fetchSeq))
        try tx.projectAccess(of: client, because: repair.job.cause, at: repair.job.now)
    }

    /// Name and addresses; or a new customer in place of one that was deleted.
    static func tell(_ repair: DriftRepair, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        let item = repair.item
        guard let client = try item.row.flatMap({ try tx.first(FindClient(Client.ID(rawValue: $0))) }) else {
            return .finish(.refused(DriftRepair.vanished))
        }
        guard let customer = client.stripeCustomer else { return .call(.makeCustomer(of: client, repair.job)) }
        guard customer == item.stripeID, item.kind == .differs else { return .call(makeAgain(repair)) }
        let call = StripeCall<Customer>.updateCustomer(
            customer, name: client.name, email: client.adminEmail, phone: client.phone, country: client.country,
            postalCode: client.postalCode)
        return .call(
            Intention(step: DriftRepair.step, call) { answer, _, _ in
                switch answer {
                case .success: .next(repair.look(Self.self, taking: false))
                case .failure(let error): .refused(Refusal(error))
                }
            })
    }

    /// Only of what Stripe itself says is gone another is made.
    private static func makeAgain(_ repair: DriftRepair) -> Intention {
        Intention(look(at: repair.item.stripeID)) { answer, facts, tx in
            switch answer {
            case .success(let object) where !object.isDeleted: return try repair.settle(object, tx)
            case .failure(let error) where !error.isMissing: return .refused(Refusal(error))
            case .success, .failure:
                guard try tx.first(FindClientByCustomer(repair.item.stripeID)) != nil else {
                    return try repair.settle(Self?.none, tx)
                }
                try lose(repair, facts, tx)
                return .again
            }
        }
    }
}

extension Stripe.Subscription: Repairable {
    /// A price that was never seen here is looked at first: an item without it would be lost.
    func take(
        _ repair: DriftRepair, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome? {
        if let unknown = try tx.first(ListUnknownPrices(items.data.map(\.price.id))) {
            return .next(
                repair.price(unknown) { _, _ in .next(repair.look(Self.self, taking: true)) })
        }
        try tx.apply(self, repair.sighting(facts), repair.job)
        return nil
    }

    /// Nobody pays for it any more.
    static func lose(
        _ repair: DriftRepair, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        let (item, job) = (repair.item, repair.job)
        guard let row = item.row, let found = try tx.first(FindSubscription(Billing.Subscription.ID(rawValue: row))),
            try tx.first(LockAccess(found.client)) != nil,
            let client = try tx.first(MarkSubscriptionLost(found.id, stripe: item.stripeID))
        else { return }
        tx.announce(.subscription(found.id, of: client, "canceled", status: .canceled), at: job.now)
        try tx.projectAccess(of: client, because: job.cause, at: job.now)
    }

    /// Whether it ends with its period.
    static func tell(_ repair: DriftRepair, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let row = repair.item.row,
            let found = try tx.first(FindSubscription(Billing.Subscription.ID(rawValue: row))),
            found.stripeSubscription == repair.item.stripeID
        else { return .finish(.refused(DriftRepair.vanished)) }
        let ends = found.cancelAtPeriodEnd
        let lookUp = LookUp<Stripe.Subscription>(object: .retrieveSubscription(repair.item.stripeID)) {
            $0.cancelAtPeriodEnd == ends
        }
        let call = StripeCall<Stripe.Subscription>.setCancelAtPeriodEnd(repair.item.stripeID, ends)
        return .call(
            Intention(step: DriftRepair.step, call, lookUp: lookUp) { answer, facts, tx in
                switch answer {
                case .success(let changed):
                    try tx.apply(changed, repair.sighting(facts), repair.job)
                    return .next(repair.look(Self.self, taking: true))
                case .failure(let error): return .refused(Refusal(error))
                }
            })
    }
}

extension Stripe.Invoice: Repairable {
    func take(
        _ repair: DriftRepair, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome? {
        guard lines?.hasMore == true else {
            try tx.apply(self, repair.sighting(facts), repair.job)
            return nil
        }
        return .next(
            .lines(of: self) { answer, tx in
                switch answer {
                case .success(let all):
                    try tx.apply(self, lines: all, repair.sighting(facts), repair.job)
                    return try repair.settle(self, tx)
                case .failure(let error): return .refused(Refusal(error))
                }
            })
    }

    /// Nobody can pay it any more.
    static func lose(
        _ repair: DriftRepair, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        guard let row = repair.item.row, let found = try tx.first(FindInvoice(Billing.Invoice.ID(rawValue: row))),
            try tx.first(LockAccess(found.client)) != nil,
            let client = try tx.first(MarkInvoiceLost(found.id, stripe: repair.item.stripeID))
        else { return }
        try tx.projectAccess(of: client, because: repair.job.cause, at: repair.job.now)
    }
}

extension PaymentIntent: Repairable {
    /// The purchase is looked at by the command that events about it bring, in the queue that may grant credits.
    func take(
        _ repair: DriftRepair, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome? {
        let name = "drift:\(repair.job.command)"
        if let isOver = try tx.first(FindIsOver(name)), isOver { return nil }
        guard let look = try tx.first(FindPurchaseByStripe(id)) else { return .refused(DriftRepair.vanished) }
        try repair.job.enqueue(look, tx, dedupeKey: name, target: ("credit_purchase", look.purchase.rawValue))
        return .snooze(repair.job.patience, JobFailure(code: "looking", message: "the purchase is being looked at"))
    }

    /// Payments stay for ever.
    static func lose(
        _ repair: DriftRepair, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) throws {}
}
