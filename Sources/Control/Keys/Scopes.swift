/// What an API key may be allowed.
enum Scopes {
    private static let areas = [
        "clients", "catalog", "subscriptions", "invoices", "access", "processor", "commands", "credits", "usage",
        "keys", "audit", "users", "settings", "me", "webhooks", "events", "reconciliation",
    ]
    private static let verbs = ["read", "write", "override", "*"]

    /// For an error message.
    static let list =
        "*, and <area>:read, <area>:write or <area>:* of " + areas.joined(separator: ", ")
        + "; access:override, clients:add_card"

    /// Whether a word is a scope.
    static func isKnown(_ scope: String) -> Bool {
        if scope == "*" || scope == "clients:add_card" { return true }
        let parts = scope.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        return parts.count == 2 && areas.contains(parts[0]) && verbs.contains(parts[1])
    }
}
