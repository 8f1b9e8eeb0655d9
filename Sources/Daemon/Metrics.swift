internal import Synchronization

/// The numbers this process shows to Prometheus. Asking twice for the same name and labels gives the same instrument.
public enum Metrics {
    /// More label combinations than this under one name share one unshown instrument: a label fed from outside must not
    /// eat the memory.
    static let seriesMax = 1_000

    /// A number that only grows; by convention its name ends in `_total`.
    public static func counter(_ name: String, help: String, labels: [String: String] = [:]) -> Counter {
        registry.instrument(name, kind: "counter", help: help, labels: labels) { Counter() }
    }

    /// A number that goes up and down.
    public static func gauge(_ name: String, help: String, labels: [String: String] = [:]) -> Gauge {
        registry.instrument(name, kind: "gauge", help: help, labels: labels) { Gauge() }
    }

    /// A distribution of durations; by convention its name ends in `_seconds`.
    public static func histogram(_ name: String, help: String, labels: [String: String] = [:]) -> Histogram {
        registry.instrument(name, kind: "histogram", help: help, labels: labels) { Histogram() }
    }

    /// Everything in Prometheus' text format, version 0.0.4, sorted by name.
    public static func render() -> String {
        ProcessFigures.refresh()
        return registry.render()
    }

    private static let registry = MetricsRegistry(seriesMax: seriesMax)
}

/// One of the three kinds of number.
protocol Instrument: AnyObject, Sendable {
    /// Appends the lines of this instrument.
    func render(name: String, labels: String, into text: inout String)
}

/// All instruments by name and labels.
final class MetricsRegistry: Sendable {
    private struct Family {
        let kind: String
        let help: String
        var series: [String: any Instrument] = [:]
    }

    private let families = Mutex<[String: Family]>([:])
    private let seriesMax: Int

    init(seriesMax: Int) {
        self.seriesMax = seriesMax
    }

    func instrument<I: Instrument>(
        _ name: String, kind: String, help: String, labels: [String: String], make: () -> I
    ) -> I {
        let key = Self.text(of: labels)
        return families.withLock { families in
            var family = families[name] ?? Family(kind: kind, help: help)
            if let known = family.series[key] as? I { return known }
            let new = make()
            // A name used for two kinds is a slip of ours; the first use wins and the second is not shown.
            guard family.kind == kind, family.series.count < seriesMax else { return new }
            family.series[key] = new
            families[name] = family
            return new
        }
    }

    func render() -> String {
        let families = families.withLock { $0 }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text += "# HELP \(name) \(Self.escape(family.help))\n# TYPE \(name) \(family.kind)\n"
            for (labels, instrument) in family.series.sorted(by: { $0.key < $1.key }) {
                instrument.render(name: name, labels: labels, into: &text)
            }
        }
        return text
    }

    private static func text(of labels: [String: String]) -> String {
        labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(escape($0.value))\"" }.joined(separator: ",")
    }

    private static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"": escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
