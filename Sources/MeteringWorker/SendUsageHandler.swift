import Billing
import Daemon
import Jobs
import Postgres
import Stripe
import Worker

/// Tells Stripe of one batch, once. The batch is frozen in the transaction that stores the call; its identifier is its
/// own, so an answer that was lost is asked for again under the same name, and "exists already" is a yes. After a day
/// Stripe forgets names: then sums are compared before anything is sent.
struct SendUsageHandler: StripeHandler {
    private enum Steps {
        static let send = 1
    }

    func intend(_ work: SendUsage, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let found = try tx.first(FindUsageBatch(work.batch)) else {
            return .finish(.refused(Refusal("not_found", "There is no such batch.")))
        }
        switch found.batch.status {
        case .confirmed, .rejected, .unknown, .empty: return .finish(.done("batch", found.batch.status.rawValue))
        case .pending:
            guard found.batch.value != 0 else {
                tx.send(MarkBatchOver(work.batch, .empty))
                return .finish(.done("batch", "empty"))
            }
            if let reason = obstacle(to: found) { return .finish(try reject(found, reason, nil, job, tx)) }
            return .call(send(found, as: try tx.one(MarkBatchSent(work.batch)), job))
        case .sent:
            if found.mustRest { return .finish(.snooze(.seconds(300), Self.resting)) }
            if found.mustCompare { return compare(found, job) }
            return .call(send(found, as: found.batch.identifier ?? "", job))
        }
    }

    /// The last sending may be minutes old, and Stripe's sums are late by as much: "not there" would mean nothing.
    private static let resting = JobFailure(code: "resting", message: "Stripe's sums are not sure yet")

    /// What Stripe would refuse anyway, or worse, take and not count.
    private func obstacle(to found: SendableBatch) -> String? {
        if found.isTooOld { return "too_old" }
        if found.isCustomerLeft { return "customer_not_at_stripe" }
        return found.isMeterActive ? nil : "meter_inactive"
    }

    private func send(_ found: SendableBatch, as identifier: String, _ job: JobContext) -> Intention {
        let call = StripeCall<MeterEvent>.createMeterEvent(
            eventName: found.eventName, identifier: identifier, timestamp: found.batch.at.seconds,
            customer: (found.customerKey, found.batch.customer), value: (found.valueKey, found.batch.value))
        return Intention(step: Steps.send, call) { answer, _, tx in
            if case .failure(let error) = answer, !error.isKnownMeterEvent {
                return try reject(found, Self.reason(of: error), error, job, tx)
            }
            tx.send(MarkBatchOver(found.batch.id, .confirmed))
            try job.scheduleCheck(of: found.batch.at, tx)
            return .done("identifier", identifier)
        }
    }

    /// The whole minute of the batch: what Stripe has of it, less what the others of that minute brought.
    private func compare(_ found: SendableBatch, _ job: JobContext) -> Step {
        guard let meter = found.stripeMeter else {
            return .finish(.retry(JobFailure(code: "no_meter", message: "the meter's id is not known")))
        }
        let minute = found.batch.at.seconds / 60 * 60
        let call = StripeCall<List<MeterEventSummary>>.listMeterEventSummaries(
            meter: meter, customer: found.batch.customer, from: minute, until: minute + 60)
        return .call(
            Intention(call) { answer, _, tx in
                switch answer {
                case .success(let page):
                    let total = page.data.reduce(Int64(0)) { $0 + $1.aggregatedValue }
                    return try settle(found, total, minute, job, tx)
                case .failure(let error):
                    return .retry(
                        JobFailure(
                            status: error.status, code: error.code ?? error.type, requestID: error.requestID,
                            message: error.message))
                }
            })
    }

    private func settle(
        _ found: SendableBatch, _ total: Int64, _ minute: Int64, _ job: JobContext,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        let others = try tx.one(SumOtherBatches(except: found.batch.id))
        switch total - others {
        case found.batch.value:
            tx.send(MarkBatchOver(found.batch.id, .confirmed))
            return .done("batch", "found at Stripe")
        case 0:
            // Not there: a new name, and the day begins anew.
            _ = try tx.one(MarkBatchSent(found.batch.id))
            return .again
        default:
            // Neither: somebody else sends to this meter too. Billing twice is worse than asking a person.
            tx.send(MarkBatchOver(found.batch.id, .unknown))
            let drift = try tx.one(
                InsertUsageDrift(
                    .new(at: job.now), meter: found.batch.meter, customer: found.batch.customer, from: minute,
                    until: minute + 60, events: others + found.batch.value, batches: others + found.batch.value,
                    stripe: total))
            if drift.isNew { tx.announce(PortalEvent(type: "drift.found", subject: drift.id.text), at: job.now) }
            return .done("batch", "unknown")
        }
    }

    /// The events say why they are not billed, and the portal is told.
    private func reject(
        _ found: SendableBatch, _ reason: String, _ error: StripeError?, _ job: JobContext,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        try tx.rejectBatch(found.batch.id, reason, detail: error?.message, job)
        let refusal = error.map { Refusal($0, code: reason) } ?? Refusal(reason, "Stripe would not bill this usage.")
        return .refused(refusal)
    }

    /// Which of our words Stripe's refusal is; v1 gives no code.
    private static func reason(of error: StripeError) -> String {
        switch error.param {
        case "timestamp": "too_old"
        case "event_name": "meter_inactive"
        case "payload": "customer_not_at_stripe"
        default: error.code ?? "stripe_refused"
        }
    }
}

extension Transaction where Scope == TenantScope {
    /// A batch does not count: its events get the reason, and the portal is told of each agent's.
    func rejectBatch(_ batch: UsageBatch.ID, _ reason: String, detail: String?, _ job: JobContext) throws {
        send(MarkBatchOver(batch, .rejected, problem: Refusal(reason, detail ?? reason).json))
        for lost in try run(MarkBatchEntriesRejected(of: batch, reason: reason)) {
            let note = UsageNote(
                agent: lost.agent.text, reason: reason, events: lost.events, event: lost.event.text)
            announce(PortalEvent(type: "usage.not_metered", subject: lost.agent.text, body: note.text), at: job.now)
        }
    }
}
