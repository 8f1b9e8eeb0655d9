import Billing
import Jobs
import Postgres
import Stripe
import Worker

extension Stripe.Product: Repairable {
    func take(
        _ repair: DriftRepair, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome? {
        try tx.apply(self, facts.fetchSeq, repair.job)
        return nil
    }

    static func lose(
        _ repair: DriftRepair, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        _ = try tx.first(MarkProductDeleted(repair.item.stripeID, seq: facts.fetchSeq))
    }

    static func tell(_ repair: DriftRepair, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let ours = try repair.item.row.flatMap({ try tx.first(FindProduct(Billing.Product.ID(rawValue: $0))) })
        else { return .finish(.refused(DriftRepair.vanished)) }
        let call = StripeCall<Stripe.Product>.updateProduct(
            repair.item.stripeID, name: ours.name, description: ours.description, active: ours.isActive,
            metadata: ["tg_revision": String(ours.revision)])
        let lookUp = LookUp<Stripe.Product>(object: .retrieveProduct(repair.item.stripeID)) {
            $0.name == ours.name && $0.description ?? "" == ours.description ?? "" && $0.active == ours.isActive
        }
        return .call(
            Intention(step: DriftRepair.step, call, lookUp: lookUp) { answer, facts, tx in
                switch answer {
                case .success(let changed):
                    tx.send(
                        MarkProductPublished(
                            ours.id, product: changed.id, revision: ours.revision, seq: facts.fetchSeq))
                    return try repair.settle(changed, tx)
                case .failure(let error): return .refused(Refusal(error))
                }
            })
    }
}

extension Stripe.Price: Repairable {
    func take(
        _ repair: DriftRepair, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome? {
        switch try tx.apply(self, facts.fetchSeq, repair.job) {
        case .known: return nil
        case .needsMeter, .unsupported: return .next(repair.price(id) { try repair.settle($0, $1) })
        }
    }

    static func lose(
        _ repair: DriftRepair, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        _ = try tx.first(MarkPriceDeleted(repair.item.stripeID, seq: facts.fetchSeq))
    }

    static func tell(_ repair: DriftRepair, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let ours = try repair.item.row.flatMap({ try tx.first(FindPrice(Billing.Price.ID(rawValue: $0))) })
        else { return .finish(.refused(DriftRepair.vanished)) }
        let call = StripeCall<Stripe.Price>.updatePrice(
            repair.item.stripeID, active: ours.isActive, lookupKey: ours.lookupKey, takesLookupKey: ours.takesLookupKey,
            metadata: ["tg_revision": String(ours.revision)])
        let lookUp = LookUp<Stripe.Price>(object: .retrievePrice(repair.item.stripeID)) {
            $0.active == ours.isActive && $0.lookupKey == ours.lookupKey
        }
        return .call(
            Intention(step: DriftRepair.step, call, lookUp: lookUp) { answer, facts, tx in
                switch answer {
                case .success(let changed):
                    tx.send(
                        MarkPricePublished(ours.id, price: changed.id, revision: ours.revision, seq: facts.fetchSeq))
                    return try repair.settle(changed, tx)
                case .failure(let error): return .refused(Refusal(error))
                }
            })
    }
}

extension Stripe.Coupon: Repairable {
    func take(
        _ repair: DriftRepair, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome? {
        try tx.apply(self, repair.sighting(facts), repair.job)
        return nil
    }

    static func lose(
        _ repair: DriftRepair, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        guard let known = try tx.first(FindCouponByStripe(repair.item.stripeID)) else { return }
        tx.send(MarkCouponDeleted(known))
    }
}

extension DriftRepair {
    /// Looks at a price that is not here yet, with the meter that counts it, and keeps both.
    ///
    /// - Parameter then: gets the price when it is here.
    func price(
        _ id: String, hasMeter: Bool = false,
        then: @escaping @Sendable (Stripe.Price, borrowing Transaction<TenantScope>) throws -> Outcome
    ) -> Intention {
        Intention(.retrievePrice(id)) { answer, facts, tx in
            switch answer {
            case .failure(let error): return .refused(Refusal(error))
            case .success(let price):
                switch try tx.apply(price, facts.fetchSeq, job) {
                case .known: return try then(price, tx)
                case .needsMeter(let meter) where !hasMeter:
                    return .next(
                        self.meter(meter) { .next(self.price(id, hasMeter: true, then: then)) })
                case .needsMeter, .unsupported:
                    return .refused(Refusal("price_unsupported", "The price \(id) cannot be sold here."))
                }
            }
        }
    }

    private func meter(_ id: String, then: @escaping @Sendable () throws -> Outcome) -> Intention {
        Intention(.retrieveMeter(id)) { (answer: Result<Stripe.Meter, StripeError>, facts, tx) in
            switch answer {
            case .failure(let error): return .refused(Refusal(error))
            case .success(let meter):
                try tx.apply(meter, facts.fetchSeq, job)
                return try then()
            }
        }
    }
}
