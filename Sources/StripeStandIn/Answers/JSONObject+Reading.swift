import HTTPTypes

/// Reading and writing objects by field names; a field that is absent reads like one that is null.
extension JSONObject {
    /// Stripe's id of the object, empty where it has none.
    var id: String { text("id") ?? "" }

    /// Stripe's name of the object's type, `customer` for instance.
    var kind: String { text("object") ?? "" }

    /// The value at the end of the path, nil when any step is missing or null.
    func value(_ path: String...) -> JSON? { value(at: path) }

    /// The string at the end of the path.
    func text(_ path: String...) -> String? { value(at: path)?.stringValue }

    /// The integer at the end of the path.
    func whole(_ path: String...) -> Int64? { value(at: path)?.integerValue }

    /// The boolean at the end of the path; absent reads as false.
    func flag(_ path: String...) -> Bool { value(at: path)?.boolValue ?? false }

    /// The object at the end of the path.
    func object(_ path: String...) -> JSONObject? { value(at: path)?.objectValue }

    /// The array at the end of the path; absent reads as empty.
    func list(_ path: String...) -> [JSON] { value(at: path)?.arrayValue ?? [] }

    /// The objects of the array at the end of the path.
    func objects(_ path: String...) -> [JSONObject] { (value(at: path)?.arrayValue ?? []).compactMap(\.objectValue) }

    /// Sets the value at the end of the path, making the objects on the way.
    mutating func set(_ path: String..., to value: JSON) { set(at: path[...], to: value) }

    /// Takes a field away; assigning `nil` could mean JSON's null.
    mutating func remove(_ name: String) { self[name] = JSON?.none }

    /// Copies the named fields of another object, those it has.
    mutating func copy(_ names: [String], from other: JSONObject) {
        for name in names {
            if let value = other[name] { self[name] = value }
        }
    }

    private func value(at path: [String]) -> JSON? {
        guard let first = path.first, var found = self[first] else { return nil }
        for name in path.dropFirst() {
            guard let next = found.objectValue?[name] else { return nil }
            found = next
        }
        // `? nil :` would mean JSON's own null here.
        if found == .null { return Optional.none }
        return found
    }

    private mutating func set(at path: ArraySlice<String>, to value: JSON) {
        guard let first = path.first else { return }
        if path.count == 1 {
            self[first] = value
        } else {
            var inner = self[first]?.objectValue ?? [:]
            inner.set(at: path.dropFirst(), to: value)
            self[first] = .object(inner)
        }
    }
}

extension JSON {
    /// A string, or null.
    static func of(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }

    /// An integer, or null.
    static func of(_ number: Int64?) -> JSON { number.map(JSON.integer) ?? .null }

    /// An object, or null.
    static func of(_ object: JSONObject?) -> JSON { object.map(JSON.object) ?? .null }
}

extension JSONObject {
    /// The object as answered when nothing is expanded: names beginning with `_` are the stand-in's own, with `+` those
    /// Stripe includes only when asked.
    var visible: JSONObject {
        var visible: JSONObject = [:]
        for (name, value) in self where !name.hasPrefix("_") && !name.hasPrefix("+") { visible[name] = value.visible }
        return visible
    }
}

extension JSON {
    /// The value without hidden fields, at any depth.
    fileprivate var visible: JSON {
        switch self {
        case .object(let object): .object(object.visible)
        case .array(let list): .array(list.map(\.visible))
        default: self
        }
    }
}
