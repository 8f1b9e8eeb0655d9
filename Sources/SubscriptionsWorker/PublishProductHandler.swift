import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Makes a product at Stripe, then each price it does not know yet.
struct PublishProductHandler: StripeHandler {
    private enum Steps {
        static let make = 1
        static let update = 2
        /// The first price's; the product's prices are counted in the order of their making, which never changes.
        static let firstPrice = 10
    }

    func intend(_ work: PublishProduct, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let product = try tx.first(FindProduct(work.product)) else {
            return .finish(.refused(Refusal("not_found", "There is no such product.")))
        }
        guard let stripeProduct = product.stripeProduct else { return .call(make(product, job)) }
        let prices = try tx.run(ListPricesOf([product.id]))
        let unpublished = prices.enumerated().first { $0.element.stripePrice == nil && $0.element.isActive }
        if let (index, price) = unpublished {
            return .call(make(price, of: stripeProduct, step: Steps.firstPrice + index, job))
        }
        // Nothing was missing: the wish was that Stripe's copy be like ours.
        let wasMade =
            job.hasDone(step: Steps.make) || prices.indices.contains { job.hasDone(step: Steps.firstPrice + $0) }
        guard !wasMade, !job.hasDone(step: Steps.update) else { return .finish(.done("product", stripeProduct)) }
        return .call(update(product, stripeProduct))
    }

    private func make(_ product: Billing.Product, _ job: JobContext) -> Intention {
        let call = StripeCall<Stripe.Product>.createProduct(
            name: product.name, description: product.description, metadata: job.metadata(of: product.id))
        let lookUp = LookUp<Stripe.Product>(
            list: { StripeCall<List<Stripe.Product>>.listProducts(createdSince: $0, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, product.id) })
        return Intention(step: Steps.make, call, lookUp: lookUp) { answer, _, tx in
            switch answer {
            case .success(let made):
                tx.send(MarkProductPublished(product.id, product: made.id))
                return .again
            case .failure(let error): return .refused(Refusal(error))
            }
        }
    }

    private func make(_ price: Billing.Price, of product: String, step: Int, _ job: JobContext) -> Intention {
        let call = StripeCall<Stripe.Price>.createPrice(
            product: product, currency: price.currency, unitAmount: price.unitAmount,
            interval: price.interval?.rawValue, intervalCount: Int64(price.intervalCount),
            taxBehavior: price.taxBehavior.rawValue, lookupKey: price.lookupKey, metadata: job.metadata(of: price.id))
        let lookUp = LookUp<Stripe.Price>(
            list: { StripeCall<List<Stripe.Price>>.listPrices(of: product, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, price.id) })
        return Intention(step: step, call, lookUp: lookUp) { answer, _, tx in
            switch answer {
            case .success(let made):
                tx.send(MarkPricePublished(price.id, price: made.id))
                return .again
            case .failure(let error): return .refused(Refusal(error))
            }
        }
    }

    private func update(_ product: Billing.Product, _ stripeProduct: String) -> Intention {
        let call = StripeCall<Stripe.Product>.updateProduct(
            stripeProduct, name: product.name, description: product.description, active: product.isActive)
        return Intention(step: Steps.update, call) { answer, _, _ in
            switch answer {
            case .success: .done("product", stripeProduct)
            case .failure(let error): .refused(Refusal(error))
            }
        }
    }
}
