import HTTPTypes

extension FieldKind where Value == String {
    /// An address outgoing webhooks can be sent to: https, or http to a host the operator named.
    static func webhookURL(plainHosts: Set<String>) -> FieldKind {
        FieldKind { json throws(Refusal) in
            let text = try FieldKind.url.read(json)
            guard !text.contains("#") else { throw Refusal(detail: "Must have no fragment.") }
            if text.hasPrefix("https://") { return text }
            let authority = text.dropFirst("http://".count).prefix { $0 != "/" && $0 != "?" }
            let host =
                authority.hasPrefix("[")
                ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
            guard plainHosts.contains(String(host)) else {
                throw Refusal(detail: "Must begin with https://.")
            }
            return text
        }
    }
}

extension FieldKind where Value == [String] {
    /// Which events: `*`, `access.*`, `access.blocked`.
    static var eventTypes: FieldKind {
        FieldKind { json throws(Refusal) in
            let refusal = Refusal(detail: "Must be a list of 1 to 100 types such as access.blocked, access.* or *.")
            guard let items = json.arrayValue, (1...100).contains(items.count) else { throw refusal }
            var types: [String] = []
            for item in items {
                guard let text = item.stringValue, text.utf8.count <= 100, isType(text) else { throw refusal }
                types.append(text)
            }
            return types
        }
    }

    private static func isType(_ text: String) -> Bool {
        if text == "*" { return true }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isWord: (Substring) -> Bool = { word in
            !word.isEmpty && word.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F }
        }
        return parts.count == 2 && isWord(parts[0]) && (parts[1] == "*" || isWord(parts[1]))
    }
}
