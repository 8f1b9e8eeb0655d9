/// Names and values, in the order in which the names were first set.
public struct JSONObject: Sendable, Sequence {
    private var order: [String] = []
    private var values: [String: JSON] = [:]

    /// An empty one.
    public init() {}

    /// Starts with these; a name given twice keeps its last value.
    public init(_ elements: some Sequence<(String, JSON)>) {
        for (name, value) in elements { self[name] = value }
    }

    /// The names in order.
    public var keys: [String] { order }
    /// How many names there are.
    public var count: Int { order.count }
    /// Whether there are none.
    public var isEmpty: Bool { order.isEmpty }

    /// The value under a name; setting nil removes the name, which is not the same as setting `.null`.
    public subscript(name: String) -> JSON? {
        get { values[name] }
        set {
            let isKnown = values[name] != nil
            values[name] = newValue
            if newValue == nil {
                if isKnown { order.removeAll { $0 == name } }
            } else if !isKnown {
                order.append(name)
            }
        }
    }

    /// The value under a name, or another.
    public subscript(name: String, default fallback: @autoclosure () -> JSON) -> JSON {
        get { values[name] ?? fallback() }
        set { self[name] = newValue }
    }

    /// Names and values in order.
    public func makeIterator() -> AnyIterator<(key: String, value: JSON)> {
        var names = order.makeIterator()
        return AnyIterator {
            guard let name = names.next(), let value = values[name] else { return nil }
            return (key: name, value: value)
        }
    }
}

extension JSONObject: Hashable {
    /// Equal names with equal values; order is for readers and does not count (RFC 8259, section 4).
    public static func == (left: JSONObject, right: JSONObject) -> Bool { left.values == right.values }
    /// As equality.
    public func hash(into hasher: inout Hasher) { hasher.combine(values) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Starts with these; a name given twice keeps its last value.
    public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}
