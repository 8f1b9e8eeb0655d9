public import Daemon
public import FoundationEssentials

/// Something with an identifier of its own: the prefix tells a reader, and a log, what an id is of.
public protocol Identified: SendableMetatype {
    /// What stands before the underscore in the public form, like `cl` in `cl_0192…`.
    static var identifierPrefix: String { get }
}

extension Identified {
    /// The identifier of this noun.
    public typealias ID = Identifier<Self>
}

/// The identifier of one kind of row: a UUID inside, prefix and 32 hex digits outside. A client's id where a
/// subscription's is wanted does not compile.
public struct Identifier<Entity: Identified>: Hashable, Sendable {
    /// What the database holds.
    public let rawValue: UUID

    /// States the wish.
    public init(rawValue: UUID) { self.rawValue = rawValue }

    /// A new one; UUIDv7, so newer rows sort after older ones.
    public static func new(at now: Timestamp) -> Identifier { Identifier(rawValue: UUID.v7(at: now)) }

    /// Reads the public form; nil for any other prefix, length or alphabet, so a foreign id looks like an unknown one.
    public init?(_ text: String) {
        let prefix = Entity.identifierPrefix + "_"
        guard text.hasPrefix(prefix) else { return nil }
        let digits = text.utf8.dropFirst(prefix.utf8.count)
        guard digits.count == 32 else { return nil }
        var dashed = ""
        for (index, digit) in digits.enumerated() {
            guard (0x30...0x39).contains(digit) || (0x61...0x66).contains(digit) else { return nil }
            if [8, 12, 16, 20].contains(index) { dashed.append("-") }
            dashed.unicodeScalars.append(Unicode.Scalar(digit))
        }
        guard let uuid = UUID(uuidString: dashed) else { return nil }
        self.rawValue = uuid
    }

    /// The public form.
    public var text: String {
        Entity.identifierPrefix + "_" + rawValue.uuidString.lowercased().filter { $0 != "-" }
    }
}

extension Identifier: CustomStringConvertible {
    /// The public form.
    public var description: String { text }
}

/// Payloads keep the public form: an operator reading a job sees the id the tenant sees.
extension Identifier: Codable {
    /// Reads the public form, nothing else.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let parsed = Identifier(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not an id of the form \(Entity.identifierPrefix)_…")
        }
        self = parsed
    }

    /// Writes the public form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
