import Daemon
import HTTPTypes

/// Reads a JSON object field by field, and tells every mistake at once: wrong, missing and unknown fields.
///
/// ```swift
/// var fields = try Fields(body: request.body)
/// let name = fields.required("name", .line(max: 200))
/// let phone = fields.optional("phone", .line(max: 50))
/// try fields.finish()
/// … try name() …
/// ```
struct Fields {
    /// A required value: there once `finish` has not thrown.
    struct Checked<Value> {
        fileprivate let value: Value?

        /// The value.
        func callAsFunction() throws -> Value {
            guard let value else { throw Problem(.invalidFields, "Some fields are wrong.") }
            return value
        }
    }

    /// What a PATCH says about a field.
    enum Change<Value: Sendable>: Sendable {
        /// Not mentioned.
        case keep
        /// null.
        case clear
        /// A new value.
        case set(Value)

        /// What it makes of the value so far.
        func applied(to value: Value?) -> Value? {
            switch self {
            case .keep: value
            case .clear: nil
            case .set(let new): new
            }
        }
    }

    private let object: JSONObject
    private let path: String
    private var known: Set<String> = []
    private var issues: [Problem.FieldIssue] = []

    /// Reads a body. An empty one is an empty object.
    init(body: [UInt8]) throws {
        guard !body.isEmpty else {
            self.init(JSONObject(), path: "")
            return
        }
        let json = try JSON.parse(body)
        if CardNumbers.occur(in: json) {
            throw Problem(.panRejected, "The request holds what looks like a card number. Nothing of it was kept.")
        }
        guard let object = json.objectValue else { throw Problem(.invalidJSON, "The body must be a JSON object.") }
        self.init(object, path: "")
    }

    private init(_ object: JSONObject, path: String) {
        self.object = object
        self.path = path
    }

    /// A field that must be there.
    mutating func required<Value>(_ name: String, _ kind: FieldKind<Value>) -> Checked<Value> {
        known.insert(name)
        guard let json = object[name], json != .null else {
            refuse(name, .parameterMissing, "Is required.")
            return Checked(value: nil)
        }
        return Checked(value: read(name, json, kind))
    }

    /// A field that may be there; null is the same as nothing.
    mutating func optional<Value>(_ name: String, _ kind: FieldKind<Value>) -> Value? {
        known.insert(name)
        guard let json = object[name], json != .null else { return nil }
        return read(name, json, kind)
    }

    /// A field of a PATCH.
    mutating func change<Value: Sendable>(_ name: String, _ kind: FieldKind<Value>) -> Change<Value> {
        known.insert(name)
        guard let json = object[name] else { return .keep }
        guard json != .null else { return .clear }
        return read(name, json, kind).map(Change.set) ?? .keep
    }

    /// Refuses null for fields of a PATCH that can be changed and not be taken away.
    mutating func keep(_ names: String...) {
        for name in names where isNull(name) {
            refuse(name, .invalidField, "Cannot be taken away: send a value, or leave it out.")
        }
    }

    /// Whether the field is there and null: of a PATCH, to be taken away.
    func isNull(_ name: String) -> Bool { object[name] == .null }

    /// Whether the field is there and not null.
    mutating func has(_ name: String) -> Bool {
        known.insert(name)
        return object[name].map { $0 != .null } ?? false
    }

    /// A field with a list of objects, each read by `item`.
    mutating func list<Value>(
        _ name: String, count: ClosedRange<Int>, _ item: (inout Fields) -> Value
    ) -> [Value] {
        known.insert(name)
        guard let elements = object[name]?.arrayValue, count.contains(elements.count) else {
            let isMissing = object[name] == nil || object[name] == .null
            let detail = "Must be a list of \(count.lowerBound) to \(count.upperBound) objects."
            refuse(name, isMissing ? .parameterMissing : .invalidField, detail)
            return []
        }
        return elements.enumerated().compactMap { index, element in
            object(element, path: "\(name)[\(index)]", item)
        }
    }

    /// A field with an object, read by `item`; nil when it is not there.
    mutating func nested<Value>(_ name: String, _ item: (inout Fields) -> Value) -> Value? {
        known.insert(name)
        guard let json = object[name], json != .null else { return nil }
        return object(json, path: name, item)
    }

    /// Adds a mistake that is not in one field's form.
    mutating func refuse(_ name: String, _ code: ProblemCode, _ detail: String) {
        issues.append(.init(param: path + name, code: code, detail: detail))
    }

    /// Tells every mistake, if there is one.
    mutating func finish() throws {
        findUnknown()
        guard issues.isEmpty else { throw Problem(issues: issues) }
    }

    private mutating func object<Value>(_ json: JSON, path name: String, _ item: (inout Fields) -> Value) -> Value? {
        guard let object = json.objectValue else {
            refuse(name, .invalidField, "Must be an object.")
            return nil
        }
        var fields = Fields(object, path: path + name + ".")
        let value = item(&fields)
        fields.findUnknown()
        issues += fields.issues
        return value
    }

    private mutating func read<Value>(_ name: String, _ json: JSON, _ kind: FieldKind<Value>) -> Value? {
        do {
            return try kind.read(json)
        } catch {
            refuse(name, error.code, error.detail)
            return nil
        }
    }

    /// More unknown names of one object are not told: a body of ten thousand would cost a second of searching for what
    /// each may have meant, and anybody may send it.
    static let unknownMax = 20

    private mutating func findUnknown() {
        for name in object.keys.lazy.filter({ [known] in !known.contains($0) }).prefix(Self.unknownMax) {
            let nearest = NearestName.find(name, among: known).map { " Did you mean \($0)?" } ?? ""
            refuse(ToldName.of(name), .unknownField, "There is no such field.\(nearest)")
        }
    }
}
