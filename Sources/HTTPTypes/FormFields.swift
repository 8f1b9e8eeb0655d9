/// Reading `application/x-www-form-urlencoded` with Stripe's bracketed names.
public enum FormFields {
    /// Names and values in the order sent; nil when the body is not a form.
    public static func pairs(_ body: [UInt8]) -> [(String, String)]? {
        split(body, allowsLineBreaks: true)?.map { ($0.name, $0.value) }
    }

    /// The tree that bracketed names spell: `a[b][0]=c` is `{"a": {"b": ["c"]}}`. Arrays are objects whose keys are 0,
    /// 1, 2 … and `a[]=x` appends. Nil when brackets do not pair up or a name is sent twice.
    public static func tree(_ pairs: [(String, String)]) -> JSONObject? {
        var root = Branch()
        for (name, value) in pairs {
            guard let path = path(name), root.insert(value, at: path[...]) else { return nil }
        }
        return root.object
    }

    static func split(_ bytes: some Collection<UInt8>, allowsLineBreaks: Bool) -> [(name: String, value: String)]? {
        var fields: [(name: String, value: String)] = []
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            let sides = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let value = sides.count == 2 ? sides[1] : part[part.endIndex...]
            guard let name = PercentEncoding.decode(sides[0], plusIsSpace: true, allowsLineBreaks: allowsLineBreaks),
                let value = PercentEncoding.decode(value, plusIsSpace: true, allowsLineBreaks: allowsLineBreaks)
            else { return nil }
            fields.append((name: name, value: value))
        }
        return fields
    }

    /// `a[b][0]` as `["a", "b", "0"]`.
    private static func path(_ name: String) -> [String]? {
        guard let first = name.firstIndex(of: "[") else {
            return name.isEmpty || name.contains("]") ? nil : [name]
        }
        var path = [String(name[..<first])]
        guard !path[0].isEmpty, !path[0].contains("]"), name.hasSuffix("]") else { return nil }
        let inner = name[name.index(after: first)...].dropLast()
        for part in inner.components(between: "][") {
            if part.contains("[") || part.contains("]") { return nil }
            path.append(part)
        }
        return path.count <= 16 ? path : nil
    }

    /// A node while the tree grows: either a value or children in the order first named.
    private struct Branch {
        var value: String?
        var children: [(key: String, branch: Branch)] = []

        mutating func insert(_ text: String, at path: ArraySlice<String>) -> Bool {
            guard let key = path.first else {
                guard value == nil, children.isEmpty else { return false }
                value = text
                return true
            }
            guard value == nil else { return false }
            let name = key.isEmpty ? String(children.count) : key
            if let index = children.firstIndex(where: { $0.key == name }) {
                return children[index].branch.insert(text, at: path.dropFirst())
            }
            children.append((key: name, branch: Branch()))
            return children[children.count - 1].branch.insert(text, at: path.dropFirst())
        }

        var object: JSONObject {
            var object = JSONObject()
            for child in children { object[child.key] = child.branch.json }
            return object
        }

        private var json: JSON {
            if let value { return .string(value) }
            let isArray = children.enumerated().allSatisfy { $0.element.key == String($0.offset) }
            return isArray ? .array(children.map(\.branch.json)) : .object(object)
        }
    }
}

extension Substring {
    /// The parts between two-character separators; `split` only knows single characters without Foundation's regex.
    fileprivate func components(between separator: String) -> [String] {
        var parts: [String] = []
        var rest = self
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        parts.append(String(rest))
        return parts
    }
}
