internal import Synchronization

/// A distribution of durations in fixed buckets from a millisecond to a minute.
public final class Histogram: Sendable, Instrument {
    private struct State {
        var buckets = [Int64](repeating: 0, count: Histogram.bounds.count)
        var count: Int64 = 0
        var sumMicroseconds: Int64 = 0
    }

    /// Upper bounds, and their text in seconds.
    private static let bounds: [(upTo: Duration, text: String)] = [
        (.milliseconds(1), "0.001"), (.microseconds(2_500), "0.0025"), (.milliseconds(5), "0.005"),
        (.milliseconds(10), "0.01"), (.milliseconds(25), "0.025"), (.milliseconds(50), "0.05"),
        (.milliseconds(100), "0.1"), (.milliseconds(250), "0.25"), (.milliseconds(500), "0.5"), (.seconds(1), "1"),
        (.milliseconds(2_500), "2.5"), (.seconds(5), "5"), (.seconds(10), "10"), (.seconds(30), "30"),
        (.seconds(60), "60"),
    ]

    private let state = Mutex(State())

    /// How many durations were recorded.
    public var count: Int64 { state.withLock { $0.count } }

    /// Records one duration.
    public func record(_ duration: Duration) {
        let bucket = Self.bounds.firstIndex { duration <= $0.upTo }
        state.withLock { state in
            if let bucket { state.buckets[bucket] += 1 }
            state.count += 1
            state.sumMicroseconds &+= duration.microseconds
        }
    }

    func render(name: String, labels: String, into text: inout String) {
        let state = state.withLock { $0 }
        let prefix = labels.isEmpty ? "" : labels + ","
        let suffix = labels.isEmpty ? "" : "{\(labels)}"
        var cumulative: Int64 = 0
        for (bucket, bound) in zip(state.buckets, Self.bounds) {
            cumulative += bucket
            text += "\(name)_bucket{\(prefix)le=\"\(bound.text)\"} \(cumulative)\n"
        }
        let fraction = String(state.sumMicroseconds.magnitude % 1_000_000 + 1_000_000).dropFirst()
        text += "\(name)_bucket{\(prefix)le=\"+Inf\"} \(state.count)\n"
        text += "\(name)_sum\(suffix) \(state.sumMicroseconds / 1_000_000).\(fraction)\n"
        text += "\(name)_count\(suffix) \(state.count)\n"
    }
}
