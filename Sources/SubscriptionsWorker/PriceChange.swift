import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// A price that is archived, sold again or called by another lookup key since Stripe was told of it.
struct PriceChange: Sendable {
    /// Steps of the command; each price's place is added.
    private enum Steps {
        static let change = 10_000
        static let passOn = 20_000
        static let changeAgain = 30_000
    }

    private let price: Billing.Price
    private let stripePrice: String
    private let stripeProduct: String
    private let place: Int
    /// What the product's default may be instead.
    private let successor: String?
    private let job: JobContext

    /// Nil for one that Stripe does not have, or that this command has told already.
    init?(
        of price: Billing.Price, at place: Int, among prices: [Billing.Price], of stripeProduct: String,
        _ job: JobContext
    ) {
        guard let stripePrice = price.stripePrice, !job.hasDone(step: Steps.change + place),
            !job.hasDone(step: Steps.changeAgain + place)
        else { return nil }
        self.price = price
        self.stripePrice = stripePrice
        self.stripeProduct = stripeProduct
        self.place = place
        let others = prices.filter { $0.isActive && $0.stripePrice != nil && $0.id != price.id }
        successor = (others.last { $0.isMetered == price.isMetered } ?? others.last)?.stripePrice
        self.job = job
    }

    /// Tells Stripe.
    func tell() -> Intention {
        intention(step: Steps.change) { error in
            guard !price.isActive, let successor, error.message.contains("default price") else { return nil }
            return passDefault(on: successor)
        }
    }

    /// Stripe archives no price that is its product's default, as the first one of its own catalogue is.
    private func passDefault(on successor: String) -> Intention {
        let call = StripeCall<Stripe.Product>.setDefaultPrice(of: stripeProduct, to: successor)
        return Intention(step: Steps.passOn + place, call) { _, _, _ in
            .next(intention(step: Steps.changeAgain) { _ in nil })
        }
    }

    private func intention(step: Int, remedy: @escaping @Sendable (StripeError) -> Intention?) -> Intention {
        let call = StripeCall<Stripe.Price>.updatePrice(
            stripePrice, active: price.isActive, lookupKey: price.lookupKey, takesLookupKey: price.takesLookupKey,
            metadata: ["tg_revision": String(price.revision)])
        let lookUp = LookUp<Stripe.Price>(object: .retrievePrice(stripePrice)) {
            JobContext.revision($0.metadata) >= price.revision
        }
        return Intention(step: step + place, call, lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let changed):
                let revision = JobContext.revision(changed.metadata)
                tx.send(MarkPricePublished(price.id, price: changed.id, revision: revision, seq: facts.fetchSeq))
                return .again
            case .failure(let error):
                if let remedy = remedy(error) { return .next(remedy) }
                let refusal = Refusal(error, code: error.priceCode)
                let losers = try tx.run(ListKeyLosers(to: price.id))
                tx.send(MarkPriceRefused(price.id, problem: refusal.json))
                return .next(.takeBack(price, stripePrice, andLookAt: losers[...], after: refusal, job))
            }
        }
    }
}

extension StripeError {
    /// A price that only Stripe knows may have the lookup key.
    var priceCode: String? { param == "lookup_key" ? "lookup_key_taken" : nil }
}
