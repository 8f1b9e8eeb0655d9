import Billing
import Daemon
import Jobs
import Postgres
import Stripe
import Worker

/// Σ events = Σ batches = Stripe's summary, for each customer and meter of a window (V5). What differs is written down
/// and told; what differed and is equal again is closed.
struct CheckUsageHandler: StripeHandler {
    func intend(_ work: CheckUsage, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard
            let pair = try tx.first(
                FindNextCheck(from: work.from, until: work.until, meter: work.meter, customer: work.customer))
        else {
            return .finish(.done(result: result(0, 0)))
        }
        return .call(compare(pair, work, Tally(), job))
    }

    /// What a walk has seen so far.
    private struct Tally: Sendable {
        var compared = 0
        var different = 0
    }

    private func compare(
        _ pair: FindNextCheck.Pair, _ work: CheckUsage, _ tally: Tally, _ job: JobContext
    ) -> Intention {
        let call = StripeCall<List<MeterEventSummary>>.listMeterEventSummaries(
            meter: pair.stripeMeter, customer: pair.customer, from: work.from, until: work.until)
        return Intention(call) { answer, _, tx in
            var tally = tally
            tally.compared += 1
            var stripe: Int64?
            if case .success(let page) = answer { stripe = page.data.reduce(Int64(0)) { $0 + $1.aggregatedValue } }
            if pair.events == pair.batches, stripe == pair.batches {
                tx.send(MarkUsageDriftResolved(meter: pair.meter, customer: pair.customer, from: work.from))
            } else {
                tally.different += 1
                let drift = try tx.one(
                    InsertUsageDrift(
                        .new(at: job.now), meter: pair.meter, customer: pair.customer, from: work.from,
                        until: work.until, events: pair.events, batches: pair.batches, stripe: stripe))
                if drift.isNew { tx.announce(PortalEvent(type: "drift.found", subject: drift.id.text), at: job.now) }
            }
            guard
                let next = try tx.first(
                    FindNextCheck(
                        from: work.from, until: work.until, meter: pair.meter, customer: pair.customer))
            else {
                return .done(result: result(tally.compared, tally.different))
            }
            guard tally.compared < 40 else {
                // A turn has only so much time: the rest is another job's.
                try job.enqueue(
                    CheckUsage(
                        from: work.from, until: work.until, meter: pair.meter, customer: pair.customer), tx)
                return .done(result: result(tally.compared, tally.different))
            }
            return .next(compare(next, work, tally, job))
        }
    }

    private func result(_ compared: Int, _ different: Int) -> String {
        #"{"compared":\#(compared),"different":\#(different)}"#
    }
}
