internal import Synchronization

/// A number that goes up and down.
public final class Gauge: Sendable, Instrument {
    private let current = Atomic<Int64>(0)

    /// What it stands at.
    public var value: Int64 { current.load(ordering: .relaxed) }

    /// Sets the number.
    public func set(_ value: Int64) {
        current.store(value, ordering: .relaxed)
    }

    /// Sets the number.
    public func set(_ value: Int) {
        set(Int64(value))
    }

    /// Moves the number up, or down by a negative amount.
    public func add(_ amount: Int64) {
        current.wrappingAdd(amount, ordering: .relaxed)
    }

    func render(name: String, labels: String, into text: inout String) {
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }
}
