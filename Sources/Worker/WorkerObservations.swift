internal import Billing
internal import Daemon
internal import Jobs
internal import Stripe

/// What operators are told of calls to Stripe.
enum WorkerObservation: Observation {
    case started(QueueName, kinds: Int, slots: Int, version: String)
    case failed(PreparedCall, ClaimedJob, JobOutcome)
    case reconciled(StoredCall, found: Bool)
    case keyRefused(tenant: Int64, status: Int, requestID: String?)

    var event: String {
        switch self {
        case .started: "worker.started"
        case .failed: "stripe.call_failed"
        case .reconciled: "stripe.call_reconciled"
        case .keyRefused: "connection.key_refused"
        }
    }

    var level: LogLevel {
        switch self {
        case .started: .info
        case .failed(_, _, .snooze): .notice
        case .reconciled: .notice
        case .failed, .keyRefused: .warning
        }
    }

    var fields: [ObservationField] {
        switch self {
        case .started(let queue, let kinds, let slots, let version):
            [.text("queue", queue.rawValue), .int("kinds", kinds), .int("slots", slots), .text("version", version)]
        case .failed(let call, let claim, let outcome):
            [
                .text("kind", claim.kind), .int("command", claim.id), .int("tenant", claim.tenant),
                .text("method", call.request.method), .int("step", call.intention.step),
            ] + Self.reason(outcome)
        case .reconciled(let call, let found):
            [
                .int("command", call.command), .int("step", call.step), .int("generation", call.generation),
                .bool("found", found),
            ]
        case .keyRefused(let tenant, let status, let requestID):
            [.int("tenant", tenant), .int("status", status), .text("request_id", requestID ?? "")]
        }
    }

    /// Tells the operators.
    func report() {
        observe(self)
        if case .reconciled(_, let found) = self { WorkerFigures.recordReconciliation(found: found) }
    }

    /// Why, without Stripe's own sentence: it may repeat what a client typed, such as an e-mail address. The tenant
    /// reads it in the command's history.
    static func reason(_ outcome: JobOutcome) -> [ObservationField] {
        let failure: JobFailure?
        switch outcome {
        case .snooze(_, let why): failure = why
        case .retry(let why), .dead(let why): failure = why
        case .done, .failed, .recorded: failure = nil
        }
        return [
            .text("code", failure?.code ?? ""), .text("error", failure?.status == nil ? failure?.message ?? "" : ""),
            .text("request_id", failure?.requestID ?? ""),
        ]
    }
}
