/// A JSON value as it stands in a document: numbers keep their digits, objects their order.
///
/// Ours, because the toolchain's decoder takes duplicate keys (two readers then believe different things), turns
/// decimals into floating point, and cannot say which field was unknown. Source: RFC 8259.
public indirect enum JSON: Sendable, Hashable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A number without fraction or exponent that fits in 64 bits.
    case integer(Int64)
    /// Any other number, digit for digit.
    case decimal(String)
    /// Text.
    case string(String)
    /// A list.
    case array([JSON])
    /// Names and values.
    case object(JSONObject)

    /// Reads one document and nothing after it.
    public static func parse(_ bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) -> JSON {
        var parser = JSONParser(bytes, limits)
        return try parser.document()
    }

    /// The document as UTF-8, without needless space.
    public func serialize() -> [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return writer.bytes
    }

    /// The document as text.
    public var text: String { String(decoding: serialize(), as: UTF8.self) }

    /// The text, if it is one.
    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    /// The whole number, if it is one: `5`, and `5.0` as well, since JSON Schema calls both an integer.
    public var integerValue: Int64? {
        switch self {
        case .integer(let value): return value
        case .decimal(let digits):
            let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[1].allSatisfy({ $0 == "0" }) else { return nil }
            return Int64(parts[0])
        default: return nil
        }
    }
    /// The truth value, if it is one.
    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The list, if it is one.
    public var arrayValue: [JSON]? { if case .array(let value) = self { value } else { nil } }
    /// The object, if it is one.
    public var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }
    /// Whether it is `null`.
    public var isNull: Bool { self == .null }

    /// The value under a name; nil when this is no object or has no such name.
    public subscript(name: String) -> JSON? { objectValue?[name] }

    /// The element at a place; nil when this is no list or too short.
    public subscript(index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// `null`
    public init(nilLiteral: ()) { self = .null }
    /// `true` or `false`
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// Text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A list.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// An object; a name given twice keeps its last value.
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements)) }
}
