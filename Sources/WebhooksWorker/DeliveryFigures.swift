import Daemon

/// Counters of deliveries.
enum DeliveryFigures {
    /// Notes a try.
    static func record(_ status: Int?, took: Duration) {
        let word =
            switch status {
            case .some(200..<300): "taken"
            case .some: "refused"
            case nil: "unreachable"
            }
        Metrics.counter(
            "tollgate_webhook_tries_total", help: "Tries to tell a portal something, by how they ended.",
            labels: ["outcome": word]
        ).add()
        Metrics.histogram("tollgate_webhook_try_seconds", help: "How long a try took.", labels: [:]).record(took)
    }
}
