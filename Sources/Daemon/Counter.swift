internal import Synchronization

/// A number that only grows.
public final class Counter: Sendable, Instrument {
    private let count = Atomic<Int64>(0)

    /// What was counted so far.
    public var value: Int64 { count.load(ordering: .relaxed) }

    /// Counts one more, or several. A negative amount is ignored: counters never fall.
    public func add(_ amount: Int64 = 1) {
        guard amount > 0 else { return }
        count.wrappingAdd(amount, ordering: .relaxed)
    }

    func render(name: String, labels: String, into text: inout String) {
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }
}
