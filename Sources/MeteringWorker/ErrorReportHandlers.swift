import Billing
import Daemon
import Jobs
import Postgres
import Stripe
import Worker

/// Reads a report on usage that did not count. Stripe names samples: their batches are rejected with its reason. What
/// it does not name shows in the sums, so they are compared at once.
struct ReadErrorReportHandler: StripeHandler {
    func intend(_ work: ReadErrorReport, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        .call(
            Intention(.retrieveMeterErrorReport(work.event)) { answer, _, tx in
                switch answer {
                case .success(let report):
                    tx.send(MarkReportOver(work.event))
                    return .done("rejected", String(try tx.apply(report, job)))
                case .failure(let error) where error.isMissing:
                    tx.send(MarkReportOver(work.event))
                    return .done("rejected", "none: Stripe forgot it")
                case .failure(let error):
                    return .retry(
                        JobFailure(
                            status: error.status, code: error.code ?? error.type, requestID: error.requestID,
                            message: error.message))
                }
            })
    }
}

/// Looks at the newest reports: a destination may be missing, and what it missed would be lost silently (F9).
struct SweepErrorReportsHandler: StripeHandler {
    func intend(_ work: SweepErrorReports, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        .call(
            Intention(.listMeterErrorReports(), isRepeated: true) { answer, _, tx in
                guard case .success(let page) = answer else { return .done("reports", "not to be seen") }
                for report in page.data {
                    let received = ReceivedEvent(
                        id: report.id, type: report.type, objectKind: "billing.meter",
                        object: report.relatedObject?.id, customer: nil, apiVersion: nil, created: job.now)
                    guard try tx.first(InsertSweptEvent(received)) != nil else { continue }
                    try job.enqueue(ReadErrorReport(event: report.id), tx)
                }
                return .done("reports", String(page.data.count))
            })
    }
}

extension Transaction where Scope == TenantScope {
    /// How many batches were rejected.
    fileprivate func apply(_ report: MeterErrorReport, _ job: JobContext) throws -> Int {
        var rejected = 0
        var isWhole = true
        for kind in report.data?.reason?.errorTypes ?? [] {
            for sample in kind.sampleErrors {
                guard let identifier = sample.request?.identifier,
                    let batch = try first(FindBatchByIdentifier(identifier))
                else { continue }
                try rejectBatch(batch, kind.code, detail: sample.errorMessage, job)
                rejected += 1
            }
            if kind.errorCount > Int64(kind.sampleErrors.count) { isWhole = false }
        }
        if !isWhole {
            let minute = job.now.seconds / 60 * 60
            try job.enqueue(CheckUsage(from: minute - 2 * 86_400, until: minute + 60), self)
        }
        return rejected
    }
}
