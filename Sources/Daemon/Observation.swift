/// Something worth telling the operators. A case with typed values, never a sentence: there is no text to interpolate a
/// secret into.
public protocol Observation: Sendable {
    /// What happened, as a stable dotted name: `job.rescued`.
    var event: String { get }
    /// How much it matters.
    var level: LogLevel { get }
    /// The values that go with it.
    var fields: [ObservationField] { get }
}

extension Observation {
    /// Most observations tell of ordinary work.
    public var level: LogLevel { .info }
    /// Many observations need no values.
    public var fields: [ObservationField] { [] }
}

/// How much an observation matters.
public enum LogLevel: String, CaseIterable, Comparable, Sendable {
    /// For a developer's eyes.
    case debug
    /// Ordinary work.
    case info
    /// Ordinary work that deserves a look some day.
    case notice
    /// Something is not as it should be, and the program goes on.
    case warning
    /// Something failed that somebody must look at.
    case error

    /// Less important before more important.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .notice: 2
        case .warning: 3
        case .error: 4
        }
    }
}

/// One named value of an observation.
public struct ObservationField: Sendable, Equatable {
    enum Value: Sendable, Equatable {
        case text(String)
        case int(Int64)
        case bool(Bool)
        /// Already valid JSON.
        case number(String)
    }

    let name: String
    let value: Value

    /// A text; passes the redactor before it is written.
    public static func text(_ name: String, _ value: String) -> ObservationField {
        ObservationField(name: name, value: .text(value))
    }

    /// A whole number.
    public static func int(_ name: String, _ value: Int64) -> ObservationField {
        ObservationField(name: name, value: .int(value))
    }

    /// A whole number.
    public static func int(_ name: String, _ value: Int) -> ObservationField {
        ObservationField(name: name, value: .int(Int64(value)))
    }

    /// A yes or no.
    public static func bool(_ name: String, _ value: Bool) -> ObservationField {
        ObservationField(name: name, value: .bool(value))
    }

    /// A length of time in milliseconds with three decimals. Name it with its unit: `took_ms`.
    public static func milliseconds(_ name: String, _ value: Duration) -> ObservationField {
        let microseconds = value.microseconds
        let sign = microseconds < 0 ? "-" : ""
        let fraction = String(microseconds.magnitude % 1_000 + 1_000).dropFirst()
        return ObservationField(name: name, value: .number("\(sign)\(microseconds.magnitude / 1_000).\(fraction)"))
    }

    /// A moment.
    public static func timestamp(_ name: String, _ value: Timestamp) -> ObservationField {
        ObservationField(name: name, value: .text(value.rfc3339))
    }
}
