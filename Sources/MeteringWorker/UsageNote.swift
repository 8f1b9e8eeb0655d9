import FoundationEssentials

/// What the portal is told of events that are not billed.
struct UsageNote: Encodable {
    /// Whose.
    let agent: String
    /// Why.
    let reason: String
    /// How many.
    let events: Int64
    /// One of them.
    let event: String

    /// JSON.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
