import Billing
import FoundationEssentials
import Jobs
import Postgres
import Stripe
import Worker

/// Reads Stripe's list for an import. Each page is committed with its cursor, so that a long list survives any crash;
/// at the end every object is judged against what is here.
struct ReadImportHandler: StripeHandler {
    /// A cursor that says: the products are read, their prices come next.
    private static let pricesNext = "prices"
    /// Ended ones are history, and stay at Stripe.
    private static let running: Set<String> = ["incomplete", "trialing", "active", "past_due", "unpaid", "paused"]

    func intend(_ work: ReadImport, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let found = try tx.first(FindImportCursor(work.intake)), found.status == .reading else {
            return .finish(.done("read", "already"))
        }
        guard !found.isElsewhere else { return .finish(.leave(work.intake, tx)) }
        let reading = Reading(id: work.intake, after: found.cursor, job: job)
        switch found.what {
        case .customers: return .call(customers(reading))
        case .subscriptions: return .call(subscriptions(reading))
        case .products:
            return .call(found.cursor?.hasPrefix("pric") == true ? prices(reading) : products(reading))
        }
    }

    private func customers(_ reading: Reading) -> Intention {
        Intention(.listExistingCustomers(after: reading.after)) { answer, _, tx in
            guard try reading.isHere(tx) else { return .leave(reading.id, tx) }
            guard case .success(let page) = answer else { return reading.fail(answer, tx) }
            for customer in page.data { try reading.keep(customer.id, customer, tx) }
            if let last = page.data.last, page.hasMore { return reading.goOn(last.id, tx) }
            tx.send(MarkCustomersJudged(reading.id))
            return reading.finish(tx)
        }
    }

    private func subscriptions(_ reading: Reading) -> Intention {
        Intention(.listExistingSubscriptions(after: reading.after)) { answer, _, tx in
            guard try reading.isHere(tx) else { return .leave(reading.id, tx) }
            guard case .success(let page) = answer else { return reading.fail(answer, tx) }
            for subscription in page.data where Self.running.contains(subscription.status) {
                try reading.keep(subscription.id, subscription, tx)
            }
            if let last = page.data.last, page.hasMore { return reading.goOn(last.id, tx) }
            tx.send(MarkSubscriptionsJudged(reading.id))
            return reading.finish(tx)
        }
    }

    private func products(_ reading: Reading) -> Intention {
        Intention(.listExistingProducts(after: reading.after)) { answer, _, tx in
            guard try reading.isHere(tx) else { return .leave(reading.id, tx) }
            guard case .success(let page) = answer else { return reading.fail(answer, tx) }
            for product in page.data { try reading.keep(product.id, product, tx) }
            let last = page.hasMore ? page.data.last?.id : nil
            return reading.goOn(last ?? Self.pricesNext, tx)
        }
    }

    private func prices(_ reading: Reading) -> Intention {
        let after = reading.after == Self.pricesNext ? nil : reading.after
        return Intention(.listExistingPrices(after: after)) { answer, _, tx in
            guard try reading.isHere(tx) else { return .leave(reading.id, tx) }
            guard case .success(let page) = answer else { return reading.fail(answer, tx) }
            for price in page.data { tx.send(MarkItemPrice(reading.id, product: price.product, price: price.id)) }
            if let last = page.data.last, page.hasMore { return reading.goOn(last.id, tx) }
            tx.send(MarkProductsJudged(reading.id))
            return reading.finish(tx)
        }
    }
}

/// One import on its way through Stripe's pages.
private struct Reading: Sendable {
    let id: Import.ID
    let after: String?
    let job: JobContext

    /// Whether the account is still the one that was asked: it may have been switched while the answer was on its way.
    func isHere(_ tx: borrowing Transaction<TenantScope>) throws -> Bool {
        try tx.first(FindImportCursor(id))?.isElsewhere == false
    }

    /// Keeps what Stripe says of an object beside our things.
    func keep(_ stripeID: String, _ object: some Encodable, _ tx: borrowing Transaction<TenantScope>) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys]
        let facts = String(decoding: try encoder.encode(object), as: UTF8.self)
        tx.send(InsertImportItem(id, .new(at: job.now), stripeID: stripeID, facts: facts))
    }

    /// The next page in a turn of its own: others want their turn too, and a long list has more pages than a turn.
    func goOn(_ cursor: String, _ tx: borrowing Transaction<TenantScope>) -> Outcome {
        tx.send(MarkImportCursor(id, at: cursor))
        return .snooze(.zero, JobFailure(code: "reading", message: "the next page is to be read"))
    }

    func finish(_ tx: borrowing Transaction<TenantScope>) -> Outcome {
        tx.send(MarkImportReady(id))
        return .done("read", "yes")
    }

    func fail<Answer>(
        _ answer: Result<Answer, StripeError>, _ tx: borrowing Transaction<TenantScope>
    ) -> Outcome {
        guard case .failure(let error) = answer else { return .again }
        let refusal = Refusal(error)
        tx.send(MarkImportFailed(id, problem: refusal.json))
        return .refused(refusal)
    }
}

extension Outcome {
    /// Ends an import whose account is not the connected one any more.
    static func leave(_ id: Import.ID, _ tx: borrowing Transaction<TenantScope>) -> Outcome {
        let refusal = Refusal("account_changed", "Another Stripe account was connected since; make a new import.")
        tx.send(MarkImportFailed(id, problem: refusal.json))
        return .refused(refusal)
    }
}
