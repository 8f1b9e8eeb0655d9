import Billing
import Daemon
import Jobs
import Postgres
import Stripe
import Worker

/// Compares whole lists of Stripe's with our rows, page by page. Each page is committed with its cursor, so a walk
/// survives any crash. What looks different is only suspected: its object is looked at once more, a moment later, and
/// told only if it differs still. So is every known difference that the walk did not see, before it counts as gone.
struct ReconcileHandler: StripeHandler {
    /// Older invoices and payments do not change any more, unless they are still to be paid: a month and its retries.
    private static let reach: Duration = .seconds(60 * 86_400)
    /// Then others have their turn.
    private static let pagesPerTurn = 5

    func intend(_ work: Reconcile, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let walk = try tx.first(FindReconciliation(work.reconciliation)), walk.status == .running else {
            return .finish(.done("reconciliation", "over"))
        }
        guard let connection = try tx.first(FindConnection()), connection.status != .disconnected,
            connection.accountID == walk.accountID
        else {
            return .finish(fail(walk, Refusal("account_mismatch", "Another Stripe account is connected since."), tx))
        }
        let since = (job.now - Self.reach).seconds
        let after = walk.cursor
        switch walk.stage {
        case .customers: return .call(page(.listExistingCustomers(after: after), walk, job))
        case .products: return .call(page(.listAllProducts(startingAfter: after), walk, job))
        case .prices: return .call(page(.listEveryPrice(after: after), walk, job))
        case .coupons: return .call(page(.listEveryCoupon(after: after), walk, job))
        case .subscriptions: return .call(page(.listEverySubscription(after: after), walk, job))
        case .invoices: return .call(page(.listEveryInvoice(createdSince: since, after: after), walk, job))
        case .openInvoices: return .call(page(.listOpenInvoices(after: after), walk, job))
        case .payments: return .call(page(.listEveryPayment(createdSince: since, after: after), walk, job))
        case .examination: return try examine(walk, job, tx)
        }
    }

    /// One page: what it shows is compared at once and not kept.
    private func page<Object: Comparand>(
        _ call: StripeCall<List<Object>>, _ walk: Reconciliation, _ job: JobContext
    ) -> Intention {
        Intention(call) { answer, facts, tx in
            guard case .success(let page) = answer else { return fail(walk, answer, tx) }
            let seen = page.data.filter { !$0.isDeleted }.map { $0.seen(by: job) }
            tx.send(InsertSights(walk.id, seen.map(\.id)))
            let found = try tx.differences(of: Object.kind, seen, askedAt: job.now)
            let known = found.isEmpty ? 0 : try tx.one(InsertSuspicions(walk.id, Object.kind, found, at: job.now))
            let last = page.hasMore ? page.data.last?.id : nil
            // An open invoice of the last weeks was seen and counted among those.
            let isRepetition = walk.stage == .openInvoices
            if last == nil, walk.stage != .invoices { tx.send(InsertMissing(walk.id, Object.kind)) }
            tx.send(
                MarkReconciliationRead(
                    walk.id, next: last == nil ? walk.stage.next ?? .examination : walk.stage, after: last, Object.kind,
                    compared: isRepetition ? 0 : page.data.count, known: isRepetition ? 0 : known))
            return turn(walk, objects: page.data.count, facts, tx)
        }
    }

    /// The next object that looks different, or did when an earlier walk saw it.
    private func examine(
        _ walk: Reconciliation, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Step {
        guard let suspect = try tx.first(FindNextSuspect(of: walk.id)) else {
            tx.send(MarkReconciliationDone(walk.id))
            return .finish(
                .done(result: #"{"new":\#(walk.newItems),"known":\#(walk.knownItems),"gone":\#(walk.goneItems)}"#))
        }
        guard suspect.dueAt <= job.now else {
            let why = JobFailure(code: "settling", message: "what looks different is looked at again in a moment")
            return .finish(.snooze(suspect.dueAt - job.now, why))
        }
        switch suspect.kind {
        case .customer: return .call(examine(suspect, as: ExistingCustomer.self, walk, job))
        case .subscription: return .call(examine(suspect, as: Stripe.Subscription.self, walk, job))
        case .invoice: return .call(examine(suspect, as: Stripe.Invoice.self, walk, job))
        case .product: return .call(examine(suspect, as: Stripe.Product.self, walk, job))
        case .price: return .call(examine(suspect, as: Stripe.Price.self, walk, job))
        case .coupon: return .call(examine(suspect, as: Stripe.Coupon.self, walk, job))
        case .creditPurchase: return .call(examine(suspect, as: PaymentIntent.self, walk, job))
        }
    }

    private func examine<Object: Comparand>(
        _ suspect: DriftSuspect, as type: Object.Type, _ walk: Reconciliation, _ job: JobContext
    ) -> Intention {
        Intention(Object.look(at: suspect.stripeID)) { answer, facts, tx in
            if case .failure(let error) = answer, !error.isMissing { return fail(walk, answer, tx) }
            let found = try tx.differences(of: suspect, try? answer.get(), job)
            for item in try tx.run(MarkSuspectExamined(walk.id, suspect, found, at: job.now)) {
                tx.announce(.driftFound(item, suspect), at: job.now)
                ReconciliationFigures.record(suspect.kind)
            }
            return turn(walk, objects: 1, facts, tx)
        }
    }

    /// The question is noted. After some of them others have their turn: a walk is in nobody's way.
    private func turn(
        _ walk: Reconciliation, objects: Int, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) -> Outcome {
        tx.send(InsertReconciliationPage(of: walk, objects: objects, requestID: facts.requestID))
        guard (walk.pages + 1) % Self.pagesPerTurn == 0 else { return .again }
        return .snooze(.zero, JobFailure(code: "reading", message: "the next page is to be read"))
    }

    private func fail<Answer>(
        _ walk: Reconciliation, _ answer: Result<Answer, StripeError>, _ tx: borrowing Transaction<TenantScope>
    ) -> Outcome {
        guard case .failure(let error) = answer else { return .again }
        return fail(walk, Refusal(error), tx)
    }

    private func fail(
        _ walk: Reconciliation, _ refusal: Refusal, _ tx: borrowing Transaction<TenantScope>
    ) -> Outcome {
        tx.send(MarkReconciliationFailed(walk.id, problem: refusal.json))
        return .refused(refusal)
    }
}
