/// The parameters of one call, in the order written; nested names are spelled as Stripe spells them
/// (`items[0][price]`).
///
/// Order matters: the encoded form is frozen with the attempt and must be byte-identical when it is sent again.
public struct StripeForm: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// Name and value, unencoded.
    public private(set) var fields: [(name: String, value: String)]

    /// Starts with these fields.
    public init(_ fields: [(name: String, value: String)] = []) { self.fields = fields }

    /// Starts with these fields.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { (name: $0.0, value: $0.1) }
    }

    /// Adds a field unless the value is nil: absent parameters are left out, never sent empty, since Stripe reads an
    /// empty string as "unset".
    public mutating func add(_ name: String, _ value: String?) {
        if let value { fields.append((name: name, value: value)) }
    }

    /// Adds an amount or a count.
    public mutating func add(_ name: String, _ value: Int64?) {
        if let value { fields.append((name: name, value: String(value))) }
    }

    /// Adds `true` or `false`, the only spellings Stripe takes.
    public mutating func add(_ name: String, _ value: Bool?) {
        if let value { fields.append((name: name, value: value ? "true" : "false")) }
    }

    /// Adds `metadata[key]` for each entry, sorted so that equal metadata encodes equally.
    public mutating func add(metadata: [String: String]) {
        for key in metadata.keys.sorted() { add("metadata[\(key)]", metadata[key]) }
    }

    /// The first value under a name.
    public subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// Same names and values in the same order.
    public static func == (left: StripeForm, right: StripeForm) -> Bool {
        left.fields.elementsEqual(right.fields) { $0.name == $1.name && $0.value == $1.value }
    }
}
