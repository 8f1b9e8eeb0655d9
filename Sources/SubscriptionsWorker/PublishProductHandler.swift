import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Makes a product at Stripe, its meter, then each price it does not know yet; then tells it what was changed since.
struct PublishProductHandler: StripeHandler {
    private enum Steps {
        static let make = 1
        static let update = 2
        static let firstMeter = 3
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
            guard let id = price.meter else {
                return .call(make(price, of: stripeProduct, meter: nil, step: Steps.firstPrice + index, job))
            }
            let meters = try tx.run(ListMetersOf(product.id))
            guard let place = meters.firstIndex(where: { $0.id == id }) else {
                return .finish(.refused(Refusal("not_found", "There is no such meter.")))
            }
            let meter = meters[place]
            if let stripeMeter = meter.stripeMeter {
                return .call(make(price, of: stripeProduct, meter: stripeMeter, step: Steps.firstPrice + index, job))
            }
            if meter.status == .failed {
                let refusal = Refusal("meter_failed", "Stripe refused the price's meter.")
                return .finish(try refuse(price, refusal, job, tx))
            }
            guard meter.product == product.id else {
                return .finish(.retry(JobFailure(code: "meter_unpublished", message: "its meter is not at Stripe yet")))
            }
            return .call(
                .makeMeter(meter, step: Steps.firstMeter + place, job) { refusal, tx in
                    try refuse(price, refusal, job, tx)
                })
        }
        if product.isBehind, !job.hasDone(step: Steps.update) { return .call(update(product, stripeProduct, job)) }
        for (place, price) in prices.enumerated() where price.isBehind {
            let change = PriceChange(of: price, at: place, among: prices, of: stripeProduct, job)
            if let change { return .call(change.tell()) }
        }
        return .finish(.done("product", stripeProduct))
    }

    private func make(_ product: Billing.Product, _ job: JobContext) -> Intention {
        let call = StripeCall<Stripe.Product>.createProduct(
            name: product.name, description: product.description,
            metadata: job.metadata(of: product.id, revision: product.revision))
        let lookUp = LookUp<Stripe.Product>(
            list: { StripeCall<List<Stripe.Product>>.listProducts(createdSince: $0, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, product.id) })
        return Intention(step: Steps.make, call, lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let made):
                published(made, product.id, facts, tx)
                return .again
            case .failure(let error):
                let refusal = Refusal(error)
                tx.send(MarkProductRefused(product.id, problem: refusal.json))
                return .refused(refusal)
            }
        }
    }

    private func make(
        _ price: Billing.Price, of product: String, meter: String?, step: Int, _ job: JobContext
    ) -> Intention {
        let call = StripeCall<Stripe.Price>.createPrice(
            NewPrice(price, of: product, meter: meter), metadata: job.metadata(of: price.id, revision: price.revision))
        let lookUp = LookUp<Stripe.Price>(
            list: { StripeCall<List<Stripe.Price>>.listPrices(of: product, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, price.id) })
        return Intention(step: step, call, lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let made):
                published(made, price.id, facts, tx)
                return .again
            case .failure(let error):
                return try refuse(price, Refusal(error, code: error.priceCode), job, tx)
            }
        }
    }

    private func update(_ product: Billing.Product, _ stripeProduct: String, _ job: JobContext) -> Intention {
        let call = StripeCall<Stripe.Product>.updateProduct(
            stripeProduct, name: product.name, description: product.description, active: product.isActive,
            metadata: ["tg_revision": String(product.revision)])
        let lookUp = LookUp<Stripe.Product>(object: .retrieveProduct(stripeProduct)) {
            JobContext.revision($0.metadata) >= product.revision
        }
        return Intention(step: Steps.update, call, lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let changed):
                published(changed, product.id, facts, tx)
                return .again
            case .failure(let error):
                let refusal = Refusal(error)
                tx.send(MarkProductRefused(product.id, problem: refusal.json))
                return .next(.takeBack(product, stripeProduct, after: refusal, job))
            }
        }
    }

    private func published(
        _ object: Stripe.Product, _ id: Billing.Product.ID, _ facts: AnswerFacts,
        _ tx: borrowing Transaction<TenantScope>
    ) {
        let revision = JobContext.revision(object.metadata)
        tx.send(MarkProductPublished(id, product: object.id, revision: revision, seq: facts.fetchSeq))
    }

    private func published(
        _ object: Stripe.Price, _ id: Billing.Price.ID, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) {
        let revision = JobContext.revision(object.metadata)
        tx.send(MarkPricePublished(id, price: object.id, revision: revision, seq: facts.fetchSeq))
    }

    /// A new price is refused, and with it whatever was made together with it.
    private func refuse(
        _ price: Billing.Price, _ refusal: Refusal, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        let losers = try tx.run(ListKeyLosers(to: price.id))
        if try tx.one(MarkSaleRefused(price.id, problem: refusal.json)) {
            try job.enqueue(PublishProduct(product: price.product), tx)
        }
        return .looking(at: losers[...], then: refusal, job)
    }
}
