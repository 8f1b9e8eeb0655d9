/// Header fields in the order given; names compare without case. No name or value can hold CR, LF or NUL, so nothing a
/// tenant typed can end a header and start another (RFC 9112, section 11.1).
public struct HTTPHeaders: Sendable {
    private var fields: [(name: String, value: String)]

    /// Starts with these fields; unsafe ones are left out, as `set` does.
    public init(_ fields: [(String, String)] = []) {
        self.fields = fields.compactMap { Self.isSafe($0.0, $0.1) ? (name: $0.0, value: $0.1) : nil }
    }

    /// The first value of a name. Setting replaces all of them, nil removes them, an unsafe value removes and sets
    /// nothing.
    public subscript(name: String) -> String? {
        get { fields.first { Self.matches($0.name, name) }?.value }
        set {
            fields.removeAll { Self.matches($0.name, name) }
            if let newValue { add(name, newValue) }
        }
    }

    /// Every value of a name.
    public func all(_ name: String) -> [String] { fields.filter { Self.matches($0.name, name) }.map(\.value) }

    /// Adds a field beside those of the same name; false if it is unsafe and was left out.
    @discardableResult
    public mutating func add(_ name: String, _ value: String) -> Bool {
        guard Self.isSafe(name, value) else { return false }
        fields.append((name: name, value: value))
        return true
    }

    /// Replaces every field of a name; false if the value is unsafe and was left out.
    @discardableResult
    public mutating func set(_ name: String, _ value: String) -> Bool {
        fields.removeAll { Self.matches($0.name, name) }
        return add(name, value)
    }

    /// Visits every field in order.
    public func forEach(_ body: (String, String) -> Void) {
        for field in fields { body(field.name, field.value) }
    }

    /// How many fields there are.
    public var count: Int { fields.count }

    private static func isSafe(_ name: String, _ value: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
            && value.utf8.allSatisfy { $0 != 0 && $0 != 0x0A && $0 != 0x0D }
    }

    private static func matches(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).allSatisfy { lower($0) == lower($1) }
    }

    private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
