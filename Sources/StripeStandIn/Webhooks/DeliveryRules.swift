import HTTPTypes

/// What goes wrong with deliveries on purpose.
struct DeliveryRules: Sendable {
    /// Nothing is sent until it is released.
    var isHeld = false
    /// So many of the next events are never delivered.
    var dropNext = 0
    /// Of a hundred events so many are never delivered.
    var dropPercent = 0
    /// How often each event is sent.
    var copies = 1
    /// Every delivery waits so long.
    var delayMilliseconds: Int64 = 0
    /// Every delivery waits up to so long, each another while, which makes their order random.
    var shuffleMilliseconds: Int64 = 0
    /// Event types the rules are for; nil means all.
    var types: Set<String>?

    /// From the body of the control endpoint; names that are absent keep their value.
    mutating func apply(_ json: JSONObject) {
        if let value = json.value("hold")?.boolValue { isHeld = value }
        if let value = json.whole("drop_next") { dropNext = Int(value) }
        if let value = json.whole("drop_percent") { dropPercent = Int(value) }
        if let value = json.whole("copies") { copies = max(1, min(10, Int(value))) }
        if let value = json.whole("delay_ms") { delayMilliseconds = value }
        if let value = json.whole("shuffle_ms") { shuffleMilliseconds = value }
        if let value = json["types"] { types = value.arrayValue.map { Set($0.compactMap(\.stringValue)) } }
    }

    /// The rules as the control endpoint answers them.
    var json: JSON {
        [
            "hold": .bool(isHeld), "drop_next": .integer(Int64(dropNext)), "drop_percent": .integer(Int64(dropPercent)),
            "copies": .integer(Int64(copies)), "delay_ms": .integer(delayMilliseconds),
            "shuffle_ms": .integer(shuffleMilliseconds),
            "types": types.map { .array($0.sorted().map(JSON.string)) } ?? .null,
        ]
    }
}
