import Billing
import Daemon
import Jobs
import Postgres
import Stripe
import Worker

/// Finds what no webhook brought, by Stripe's own list of events of the last minutes (F3), and goes on doing so while
/// the connection stands.
struct SweepEventsHandler: StripeHandler {
    /// What decides about money and access, what is steered, and what is sold; a call takes 20 types at most, so there
    /// are as many calls as lists.
    static let types = [
        [
            "account.updated", "account.application.deauthorized", "checkout.session.completed",
            "checkout.session.expired",
            "customer.updated", "customer.deleted", "customer.subscription.created", "customer.subscription.updated",
            "customer.subscription.deleted", "customer.subscription.paused", "customer.subscription.resumed",
            "invoice.finalized", "invoice.paid", "invoice.payment_failed", "invoice.payment_action_required",
            "invoice.voided", "invoice.marked_uncollectible", "payment_method.detached",
            "payment_method.automatically_updated", "setup_intent.succeeded",
        ],
        [
            "charge.dispute.created", "charge.dispute.closed", "charge.refunded", "refund.created", "refund.updated",
            "refund.failed", "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed",
            "credit_note.created", "credit_note.updated", "credit_note.voided", "subscription_schedule.updated",
            "subscription_schedule.released", "subscription_schedule.canceled", "subscription_schedule.aborted",
            "subscription_schedule.completed", "setup_intent.setup_failed", "payout.paid", "payout.failed",
        ],
        [
            "product.created", "product.updated", "product.deleted", "price.created", "price.updated", "price.deleted",
            "coupon.created", "coupon.updated", "coupon.deleted", "billing.meter.created", "billing.meter.updated",
            "billing.meter.deactivated", "billing.meter.reactivated", "payout.canceled", "tax.settings.updated",
        ],
    ]
    /// Events become visible a little later than their time, and the clocks differ.
    private static let overlap: Duration = .seconds(600)
    /// After a long silence one look would have more pages than a turn has time for, and would begin anew for ever: so
    /// much is looked through at a time, and kept.
    private static let slice: Duration = .seconds(900)
    /// Stripe keeps no older ones.
    private static let reach: Duration = .seconds(29 * 86_400)

    func intend(_ work: SweepEvents, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let state = try tx.first(FindConnectionState(work.connection)),
            ![.invalid, .disconnected].contains(state.connection.status)
        else { return .finish(.done("swept", "no: not connected")) }
        try job.scheduleSweep(of: work.connection, tx)
        try job.scheduleNight(of: work.connection, tx)
        let since = max((state.sweptUntil ?? job.now) - Self.overlap, job.now - Self.reach)
        let end = since + Self.overlap + Self.slice
        let window = Window(since: since, until: end < job.now ? end : nil)
        return .call(page(of: work.connection, window, Place(), found: 0, job))
    }

    /// What one look is about; without an end it reaches to the newest event.
    private struct Window: Sendable {
        let since: Timestamp
        let until: Timestamp?
    }

    /// How far a look has come.
    private struct Place: Sendable {
        var list = 0
        var after: String?
    }

    private func page(
        of connection: Connection.ID, _ window: Window, _ place: Place, found: Int, _ job: JobContext
    ) -> Intention {
        let call = StripeCall<List<Event>>.listEvents(
            since: window.since.seconds, until: window.until?.seconds, types: Self.types[place.list],
            startingAfter: place.after)
        return Intention(call) { answer, _, tx in
            switch answer {
            case .success(let page):
                var found = found
                for event in page.data where try keep(event, job, tx) { found += 1 }
                var next = place
                if page.hasMore, let last = page.data.last {
                    next.after = last.id
                    return .next(self.page(of: connection, window, next, found: found, job))
                }
                next = Place(list: place.list + 1)
                if next.list < Self.types.count {
                    return .next(self.page(of: connection, window, next, found: found, job))
                }
                tx.send(MarkSwept(connection, until: window.until ?? job.now))
                if window.until != nil {
                    return .snooze(.zero, JobFailure(code: "catching_up", message: "later events are to be looked for"))
                }
                return .done("found", String(found))
            case .failure(let error):
                return .retry(
                    JobFailure(
                        status: error.status, code: error.code ?? error.type, requestID: error.requestID,
                        message: error.message))
            }
        }
    }

    /// Whether it was missed.
    private func keep(_ event: Event, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Bool {
        let content = event.data.object
        let customer = content.object == "customer" ? content.id : content.customer?.id
        let received = ReceivedEvent(
            id: event.id, type: event.type, objectKind: content.object, object: content.id, customer: customer,
            apiVersion: event.apiVersion, created: Timestamp(seconds: event.created))
        guard try tx.first(InsertSweptEvent(received)) != nil else { return false }
        try job.enqueue(ApplyEvent(event: event.id, customer: customer, object: content.id), tx)
        return true
    }
}
