import Billing
import Daemon

/// What Prometheus sees of differences and of what is forgotten.
enum ReconciliationFigures {
    /// A difference nobody knew of.
    static func record(_ kind: DriftItem.ObjectKind) {
        Metrics.counter(
            "tollgate_drift_items_total", help: "Differences found between Stripe and here, by kind of object.",
            labels: ["object": kind.rawValue]
        ).add()
    }

    /// Rows whose time was over.
    static func record(_ forgotten: ForgottenRows) {
        for (name, count) in forgotten.counts where count > 0 {
            Metrics.counter(
                "tollgate_rows_forgotten_total", help: "Rows deleted because their time was over, by kind.",
                labels: ["kind": name]
            ).add(count)
        }
    }
}
