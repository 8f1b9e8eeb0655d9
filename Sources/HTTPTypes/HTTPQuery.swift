/// The part of a target after the question mark, decoded.
public struct HTTPQuery: Sendable {
    private let fields: [(name: String, value: String)]

    /// Reads it; nil for broken escapes, bytes that are not UTF-8, NUL, CR and LF.
    public init?(_ raw: String) {
        guard let fields = FormFields.split(raw.utf8, allowsLineBreaks: false) else { return nil }
        self.fields = fields
    }

    /// The first value of a name.
    public subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// Every value of a name.
    public func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// The names in the order sent, repeated ones repeated.
    public var names: [String] { fields.map(\.name) }

    /// Whether some name was sent twice; two readers could then believe different things.
    public var hasDuplicates: Bool { Set(names).count != fields.count }

    /// Visits every field in order.
    public func forEach(_ body: (String, String) -> Void) {
        for field in fields { body(field.name, field.value) }
    }
}
