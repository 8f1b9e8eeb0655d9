/// Which release this program is of; all programs of a tree are of one.
public enum Release {
    /// Semantic version, as in CHANGELOG.md.
    public static let version = "0.1.0"

    /// Shows the release to Prometheus.
    ///
    /// - Parameter schema: the newest migration the program knows.
    public static func describe(schema: String) {
        Metrics.gauge(
            "tollgate_build_info", help: "Always 1; the labels say which release runs.",
            labels: ["version": version, "schema": schema]
        ).set(1)
    }
}
