import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Looks for each pasted price in the connected account; the plan is sold when all of them were found (B21, B22).
struct LinkPlanPricesHandler: StripeHandler {
    func intend(_ work: LinkPlanPrices, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        let parts = try tx.run(ListPlanParts([work.plan])).filter { $0.version == work.version }
        guard let part = parts.first(where: { $0.price == nil }), let pasted = part.stripePrice else {
            if work.activates { tx.send(MarkPlanActive(work.plan, version: work.version)) }
            return .finish(.done("plan", work.plan.text))
        }
        if let known = try tx.first(FindPriceByStripe(pasted)) { return .finish(try link(part, to: known, tx)) }
        return .call(look(for: pasted, of: part, job))
    }

    /// - Parameter hasMeter: its meter was looked at already; a price is not looked at for ever.
    private func look(for pasted: String, of part: Plan.Part, hasMeter: Bool = false, _ job: JobContext) -> Intention {
        Intention(.retrievePrice(pasted)) { answer, facts, tx in
            switch answer {
            case .success(let price):
                switch try tx.apply(price, facts.fetchSeq, job) {
                case .known(let id): return try link(part, to: id, tx)
                case .needsMeter(let meter) where !hasMeter:
                    return .next(look(at: meter, for: pasted, of: part, job))
                case .needsMeter, .unsupported:
                    let why = "This price cannot be sold here: its amount is the buyer's to choose, or it has no meter."
                    return try refuse(part, Refusal("price_unsupported", why), tx)
                }
            case .failure(let error) where error.isMissing:
                let why =
                    "The connected Stripe account has no such price. Copy it from the account that is connected, "
                    + "in the same mode (test or live)."
                let code = "price_not_found_in_connected_account"
                return try refuse(part, Refusal(error, code: code, detail: why), tx)
            case .failure(let error):
                return try refuse(part, Refusal(error), tx)
            }
        }
    }

    private func look(at meter: String, for pasted: String, of part: Plan.Part, _ job: JobContext) -> Intention {
        Intention(.retrieveMeter(meter)) { answer, facts, tx in
            if case .success(let meter) = answer { try tx.apply(meter, facts.fetchSeq, job) }
            return .next(look(for: pasted, of: part, hasMeter: true, job))
        }
    }

    /// A plan with a price that is archived, or that no subscription can hold with the others, could not be bought.
    private func link(
        _ part: Plan.Part, to id: Billing.Price.ID, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        guard let price = try tx.first(FindPrice(id)), price.isSold else {
            return try refuse(part, Refusal("price_inactive", "This price is archived at Stripe."), tx)
        }
        let others = try siblings(of: part, tx).compactMap { try $0.price.flatMap { try tx.first(FindPrice($0)) } }
        if let mismatch = price.mismatch(with: others) {
            return try refuse(part, Refusal(mismatch.code, mismatch.advice), tx)
        }
        tx.send(MarkPlanPriceLinked(part, price: id))
        return .again
    }

    /// All parts of its version, itself among them.
    private func siblings(
        of part: Plan.Part, _ tx: borrowing Transaction<TenantScope>
    ) throws -> [Plan.Part] { try tx.run(ListPlanParts([part.plan])).filter { $0.version == part.version } }

    /// The field is ours, by the place where it was pasted: one alone is the form's `price_id`.
    private func refuse(
        _ part: Plan.Part, _ refusal: Refusal, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        let isAlone = try siblings(of: part, tx).count == 1
        let refusal = refusal.about(isAlone ? "price_id" : "prices[\(part.place)].price")
        tx.send(MarkPlanPriceRefused(part, problem: refusal.json))
        return .refused(refusal)
    }
}
