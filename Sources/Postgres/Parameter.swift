public import Daemon
public import FoundationEssentials

/// A value bound to a statement. Its SQL type is the one the statement infers, except for bytes and timestamps.
public enum Parameter: Sendable, Equatable {
    /// SQL NULL.
    case null
    /// boolean.
    case bool(Bool)
    /// Any integer type wide enough; also numeric.
    case int(Int64)
    /// text, varchar, an enum, inet, interval: anything with a text form. Must not hold NUL.
    case text(String)
    /// bytea.
    case bytes([UInt8])
    /// uuid.
    case uuid(UUID)
    /// timestamptz.
    case timestamp(Timestamp)
    /// json or jsonb, as its text.
    case json(String)
    /// bigint[].
    case ints([Int64])
    /// text[].
    case texts([String])
    /// jsonb[], as their texts.
    case jsons([String])
    /// uuid[].
    case uuids([UUID])

    /// The text, or NULL.
    public static func optional(_ text: String?) -> Parameter { text.map(Parameter.text) ?? .null }
    /// The integer, or NULL.
    public static func optional(_ value: Int64?) -> Parameter { value.map(Parameter.int) ?? .null }
    /// The truth value, or NULL.
    public static func optional(_ value: Bool?) -> Parameter { value.map(Parameter.bool) ?? .null }
    /// The identifier, or NULL.
    public static func optional(_ uuid: UUID?) -> Parameter { uuid.map(Parameter.uuid) ?? .null }
    /// The moment, or NULL.
    public static func optional(_ timestamp: Timestamp?) -> Parameter { timestamp.map(Parameter.timestamp) ?? .null }
    /// The bytes, or NULL.
    public static func optional(_ bytes: [UInt8]?) -> Parameter { bytes.map(Parameter.bytes) ?? .null }
    /// The JSON text, or NULL.
    public static func optional(json: String?) -> Parameter { json.map(Parameter.json) ?? .null }
}
