import HTTPTypes

/// The last calls: what tests and the story print as "the Stripe calls this step caused".
struct RequestLog: Sendable {
    /// Calls kept.
    static let countMax = 20_000
    private var entries: [JSONObject] = []
    /// Calls ever logged: the cursor for `?after=`.
    private(set) var count = 0

    /// Notes a call and gives its number.
    mutating func add(_ entry: JSONObject) {
        count += 1
        var entry = entry
        entry["number"] = .integer(Int64(count))
        entries.append(entry)
        // Dropped in bulk, so that a busy log is not shifted at every call.
        if entries.count > Self.countMax * 2 { entries.removeFirst(entries.count - Self.countMax) }
    }

    /// Calls after a number, oldest first.
    func after(_ number: Int64, limit: Int) -> [JSONObject] {
        Array(entries.lazy.filter { ($0.whole("number") ?? 0) > number }.prefix(limit))
    }
}
