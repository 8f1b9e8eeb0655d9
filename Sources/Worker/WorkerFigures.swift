internal import Daemon
internal import Stripe

/// What Prometheus sees of calls to Stripe.
enum WorkerFigures {
    /// An answer came.
    static func record(_ call: PreparedCall, status: Int, took: Duration) {
        Metrics.histogram(
            "tollgate_stripe_request_duration_seconds", help: "How long Stripe took to answer.",
            labels: ["operation": operation(call.request), "status_class": "\(status / 100)xx"]
        ).record(took)
    }

    /// How far our clock is ahead of Stripe's (behind, when negative): signatures are refused from 300 seconds on.
    static func record(drift: Duration) {
        Metrics.gauge(
            "tollgate_stripe_clock_drift_seconds", help: "Our clock minus Stripe's, by the Date of its answers."
        ).set(drift.components.seconds)
    }

    /// None came, or one that asks for patience.
    static func record(_ failure: StripeFailure) {
        switch failure {
        case .rateLimited(_, let reason, _):
            Metrics.counter(
                "tollgate_stripe_throttled_total", help: "Answers that asked to slow down.", labels: ["scope": reason]
            ).add()
        case .notSent, .unknown(_, nil, _):
            Metrics.counter("tollgate_stripe_unanswered_total", help: "Calls that got no answer.").add()
        default: break
        }
    }

    /// An unanswered call was looked up.
    static func recordReconciliation(found: Bool) {
        Metrics.counter(
            "tollgate_reconciliations_total", help: "Unanswered calls that were looked up at Stripe.",
            labels: ["outcome": found ? "adopted" : "void"]
        ).add()
    }

    /// The call without its identifiers: `POST /v1/invoices/{id}/pay`.
    private static func operation(_ request: StripeRequest) -> String {
        let path = request.target.split(separator: "?", maxSplits: 1).first ?? ""
        let segments = path.split(separator: "/").map { segment in
            segment.contains("_") && segment.contains(where: \.isNumber) ? "{id}" : String(segment)
        }
        return "\(request.method) /\(segments.joined(separator: "/"))"
    }
}
