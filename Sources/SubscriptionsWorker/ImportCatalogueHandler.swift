import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Reads Stripe's whole product catalogue, page by page: meters before the prices that need them, products, prices that
/// are sold, archived ones. What is known already is brought up to date, so it may run at any time.
struct ImportCatalogueHandler: StripeHandler {
    /// What was found so far.
    private struct Found: Sendable {
        var meters = 0
        var products = 0
        var prices = 0
        var unsupported = 0

        var outcome: Outcome {
            .done(
                result:
                    #"{"meters":\#(meters),"products":\#(products),"prices":\#(prices),"unsupported":\#(unsupported)}"#)
        }
    }

    func intend(_ work: ImportCatalogue, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        .call(meters(after: nil, Found(), job))
    }

    private func meters(after: String?, _ found: Found, _ job: JobContext) -> Intention {
        Intention(.listMeters(startingAfter: after)) { (answer: Result<List<Stripe.Meter>, StripeError>, facts, tx) in
            guard case .success(let page) = answer else { return refuse(answer) }
            var found = found
            for meter in page.data where try tx.apply(meter, facts.fetchSeq, job) != nil { found.meters += 1 }
            if page.hasMore, let last = page.data.last { return .next(meters(after: last.id, found, job)) }
            return .next(products(after: nil, found, job))
        }
    }

    private func products(after: String?, _ found: Found, _ job: JobContext) -> Intention {
        let call = StripeCall<List<Stripe.Product>>.listAllProducts(startingAfter: after)
        return Intention(call) { answer, facts, tx in
            guard case .success(let page) = answer else { return refuse(answer) }
            var found = found
            for product in page.data where try tx.apply(product, facts.fetchSeq, job) != nil { found.products += 1 }
            if page.hasMore, let last = page.data.last { return .next(products(after: last.id, found, job)) }
            return .next(prices(active: true, after: nil, found, job))
        }
    }

    private func prices(active: Bool, after: String?, _ found: Found, _ job: JobContext) -> Intention {
        let call = StripeCall<List<Stripe.Price>>.listAllPrices(active: active, startingAfter: after)
        return Intention(call) { answer, facts, tx in
            guard case .success(let page) = answer else { return refuse(answer) }
            var found = found
            for price in page.data {
                if case .known = try tx.apply(price, facts.fetchSeq, job) {
                    found.prices += 1
                } else {
                    found.unsupported += 1
                }
            }
            if page.hasMore, let last = page.data.last {
                return .next(prices(active: active, after: last.id, found, job))
            }
            return active ? .next(prices(active: false, after: nil, found, job)) : found.outcome
        }
    }

    private func refuse<Object>(_ answer: Result<List<Object>, StripeError>) -> Outcome {
        guard case .failure(let error) = answer else { return .again }
        return .refused(Refusal(error))
    }
}
