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
    /// After a long silence so much is looked through at a time, and kept.
    private static let slice: Duration = .seconds(900)
    /// Then the look goes on as another command: a busy quarter of an hour, such as the first of a month, has more
    /// pages than a turn has time for, and would begin anew for ever. So few also end in time when Stripe is slow.
    private static let pagesPerTurn = 5
    /// When Stripe refuses the look it is asked again this much later: as long as the reason stands nothing is lost but
    /// calls, and the checklist says what to do.
    private static let pauseAfterRefusal: Duration = .seconds(3_600)
    /// Stripe keeps no older ones.
    private static let reach: Duration = .seconds(29 * 86_400)

    func intend(_ work: SweepEvents, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let state = try tx.first(FindConnectionState(work.connection)),
            ![.invalid, .disconnected].contains(state.connection.status)
        else { return .finish(.done("swept", "no: not connected")) }
        if let place = work.place { return .call(page(of: work, place, pages: 1, job)) }
        try job.scheduleSweep(of: work.connection, tx)
        try job.scheduleNight(of: work.connection, tx)
        let standing = try tx.one(FindSweepStanding(of: work.connection))
        guard !standing.isUnderway else { return .finish(.done("swept", "no: a longer look is under way")) }
        if let refusedAt = standing.refusedAt, job.now - refusedAt < Self.pauseAfterRefusal {
            return .finish(.done("swept", "no: Stripe refused the last look, and is asked again an hour after it"))
        }
        let since = max((state.sweptUntil ?? job.now) - Self.overlap, job.now - Self.reach)
        let end = since + Self.overlap + Self.slice
        let place = SweepEvents.Place(
            since: since.seconds, until: end < job.now ? end.seconds : nil, begun: job.now.seconds)
        return .call(page(of: work, place, pages: 1, job))
    }

    /// One page, and where it goes on.
    private func page(
        of work: SweepEvents, _ place: SweepEvents.Place, pages: Int, _ job: JobContext
    ) -> Intention {
        let call = StripeCall<List<Event>>.listEvents(
            since: place.since, until: place.until, types: Self.types[place.list], startingAfter: place.after)
        return Intention(call, isRepeated: true) { answer, _, tx in
            switch answer {
            case .success(let page):
                if try tx.first(MarkEventsHeard(work.connection)) != nil { try tx.settleHealth(at: job.now) }
                var next = place
                for event in page.data where try keep(event, job, tx) { next.found += 1 }
                if page.hasMore, let last = page.data.last {
                    next.after = last.id
                } else {
                    (next.list, next.after) = (place.list + 1, nil)
                }
                guard next.list < Self.types.count else { return try end(work, next, job, tx) }
                guard pages < Self.pagesPerTurn else { return try goOn(work, next, job, tx) }
                return .next(self.page(of: work, next, pages: pages + 1, job))
            case .failure(let error):
                // One state of the connection, not a dead letter for every look.
                let refusal = Refusal(error, code: error.status == 403 ? "permission_missing" : nil)
                tx.send(MarkEventsRefused(work.connection, problem: refusal.json))
                try tx.settleHealth(at: job.now)
                return .refused(refusal)
            }
        }
    }

    /// Everything of the look was seen.
    private func end(
        _ work: SweepEvents, _ place: SweepEvents.Place, _ job: JobContext,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        tx.send(MarkSwept(work.connection, until: Timestamp(seconds: place.until ?? place.begun)))
        guard place.until != nil else { return .done("found", String(place.found)) }
        guard work.place != nil else {
            return .snooze(.zero, JobFailure(code: "catching_up", message: "later events are to be looked for"))
        }
        try job.enqueue(SweepEvents(connection: work.connection), tx)
        return .done("found", String(place.found))
    }

    /// The rest is another command's. Looks that would begin meanwhile leave it to that one.
    private func goOn(
        _ work: SweepEvents, _ place: SweepEvents.Place, _ job: JobContext,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        try job.enqueue(
            SweepEvents(connection: work.connection, at: place), tx, target: ("sweep", work.connection.rawValue))
        return .done("found", String(place.found))
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
