import Billing
import HTTPTypes

extension FieldKind where Value == String {
    /// An address outgoing webhooks can be sent to: https, or http to a host the operator named.
    static func webhookURL(plainHosts: Set<String>) -> FieldKind {
        FieldKind { json throws(Refusal) in
            let text = try FieldKind.url.read(json)
            guard !text.contains("#") else { throw Refusal(detail: "Must have no fragment.") }
            if text.hasPrefix("https://") { return text }
            guard let host = WebAddress(text)?.host, text.hasPrefix("http://"), plainHosts.contains(String(host)) else {
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
            let refusal = Refusal(
                detail: "Must be 1 to 100 types like access.blocked, access.* or *; /docs/webhooks.md lists them.")
            guard let items = json.arrayValue, (1...100).contains(items.count) else { throw refusal }
            var types: [String] = []
            for item in items {
                guard let text = item.stringValue, text.utf8.count <= 100, isType(text) else { throw refusal }
                types.append(text)
            }
            return types
        }
    }

    /// A type that is never told would be waited for for ever: a misspelt one is refused.
    private static func isType(_ text: String) -> Bool {
        if text == "*" || PortalEvent.types.contains(text) { return true }
        return text.hasSuffix(".*") && PortalEvent.types.contains { $0.hasPrefix(text.dropLast()) }
    }
}
