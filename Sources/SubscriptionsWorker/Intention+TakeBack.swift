import Billing
import Jobs
import Postgres
import Stripe
import Worker

// What Stripe refused is no wish any more: its own copy counts again. A wish that stayed would keep everything that
// happens to the object at Stripe later from being seen here.

extension Intention {
    /// Looks at a product whose change was refused, takes it as it is, and ends the command.
    static func takeBack(
        _ product: Billing.Product, _ stripeProduct: String, after refusal: Refusal, _ job: JobContext
    ) -> Intention {
        Intention(.retrieveProduct(stripeProduct)) { answer, facts, tx in
            switch answer {
            case .success(let found):
                let shown = JobContext.revision(found.metadata)
                tx.send(MarkProductTakenBack(product.id, refused: product.revision, shown: shown))
                try tx.apply(found, facts.fetchSeq, job)
            case .failure(let error) where error.isMissing:
                _ = try tx.first(MarkProductDeleted(stripeProduct, seq: facts.fetchSeq))
            case .failure: break
            }
            return .refused(refusal)
        }
    }

    /// Looks at a price whose change was refused and takes it as it is; the same with prices that lost their lookup key
    /// to the change; then ends the command.
    static func takeBack(
        _ price: Billing.Price, _ stripePrice: String, andLookAt others: ArraySlice<String>, after refusal: Refusal,
        _ job: JobContext
    ) -> Intention {
        Intention(.retrievePrice(stripePrice)) { answer, facts, tx in
            switch answer {
            case .success(let found):
                let shown = JobContext.revision(found.metadata)
                tx.send(MarkPriceTakenBack(price.id, refused: price.revision, shown: shown))
                _ = try tx.apply(found, facts.fetchSeq, job)
            case .failure(let error) where error.isMissing:
                _ = try tx.first(MarkPriceDeleted(stripePrice, seq: facts.fetchSeq))
            case .failure: break
            }
            return .looking(at: others, then: refusal, job)
        }
    }
}

extension Outcome {
    /// Looks at prices one by one, and ends the command as refused.
    static func looking(at prices: ArraySlice<String>, then refusal: Refusal, _ job: JobContext) -> Outcome {
        guard let first = prices.first else { return .refused(refusal) }
        return .next(
            Intention(.retrievePrice(first)) { answer, facts, tx in
                if case .success(let found) = answer { _ = try tx.apply(found, facts.fetchSeq, job) }
                return .looking(at: prices.dropFirst(), then: refusal, job)
            })
    }
}
