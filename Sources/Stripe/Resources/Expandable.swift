/// A field that is an id, or the object itself when the call asked for it with `expand`.
public enum Expandable<Object: Decodable & Sendable & Identifiable>: Decodable, Sendable where Object.ID == String {
    /// Not expanded.
    case id(String)
    /// Expanded.
    case object(Object)

    /// The id either way.
    public var id: String {
        switch self {
        case .id(let id): id
        case .object(let object): object.id
        }
    }

    /// The object, when it came along.
    public var object: Object? {
        if case .object(let object) = self { object } else { nil }
    }

    /// A string is an id; anything else must be the object.
    public init(from decoder: any Decoder) throws {
        if let id = try? decoder.singleValueContainer().decode(String.self) {
            self = .id(id)
        } else {
            self = .object(try Object(from: decoder))
        }
    }
}
