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
        static let firstPriceChange = 10_000
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
                return .finish(refuse(price, Refusal("meter_failed", "Stripe refused the price's meter."), tx))
            }
            guard meter.product == product.id else {
                return .finish(.retry(JobFailure(code: "meter_unpublished", message: "its meter is not at Stripe yet")))
            }
            return .call(
                .makeMeter(meter, step: Steps.firstMeter + place, job) { refusal, tx in
                    _ = refuse(price, refusal, tx)
                })
        }
        if product.isBehind, !job.hasDone(step: Steps.update) { return .call(update(product, stripeProduct, job)) }
        for (index, price) in prices.enumerated() where price.isBehind {
            let step = Steps.firstPriceChange + index
            guard !job.hasDone(step: step), let stripePrice = price.stripePrice else { continue }
            return .call(update(price, stripePrice, step: step, job))
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
                return refuse(price, Refusal(error, code: Self.code(of: error)), tx)
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
                return .refused(refusal)
            }
        }
    }

    private func update(_ price: Billing.Price, _ stripePrice: String, step: Int, _ job: JobContext) -> Intention {
        let call = StripeCall<Stripe.Price>.updatePrice(
            stripePrice, active: price.isActive, lookupKey: price.lookupKey, takesLookupKey: price.takesLookupKey,
            metadata: ["tg_revision": String(price.revision)])
        let lookUp = LookUp<Stripe.Price>(object: .retrievePrice(stripePrice)) {
            JobContext.revision($0.metadata) >= price.revision
        }
        return Intention(step: step, call, lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let changed):
                published(changed, price.id, facts, tx)
                return .again
            case .failure(let error):
                return refuse(price, Refusal(error, code: Self.code(of: error)), tx)
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

    private func refuse(
        _ price: Billing.Price, _ refusal: Refusal, _ tx: borrowing Transaction<TenantScope>
    ) -> Outcome {
        tx.send(MarkPriceRefused(price.id, problem: refusal.json))
        return .refused(refusal)
    }

    /// A price that only Stripe knows may have the lookup key.
    private static func code(of error: StripeError) -> String? {
        error.param == "lookup_key" ? "lookup_key_taken" : nil
    }
}

extension NewPrice {
    /// A price's terms in Stripe's words.
    init(_ price: Billing.Price, of product: String, meter: String?) {
        self.init(product: product, currency: price.currency, taxBehavior: price.taxBehavior.rawValue)
        unitAmount = price.unitAmountDecimal
        if price.model.isTiered {
            tiersMode = price.model == .tieredVolume ? "volume" : "graduated"
            tiers = price.tiers.map { Tier(upTo: $0.upTo, unitAmount: $0.unitAmount, flatAmount: $0.flatAmount) }
        }
        if let size = price.packageSize { package = (size, price.packageRound?.rawValue ?? "up") }
        if let unit = price.interval { interval = (unit.rawValue, Int64(price.intervalCount)) }
        self.meter = meter
        lookupKey = price.lookupKey
        takesLookupKey = price.takesLookupKey
    }
}
