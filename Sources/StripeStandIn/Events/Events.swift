import HTTPTypes

/// The events list, kept 30 days: what a sweep after downtime reads.
enum Events {
    static let operations = [
        Operation("GET /v1/events", "event", list), Operation("GET /v1/events/{id}", "event", retrieve),
    ]

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.require("event", call.id))
    }

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        call.books.pruneEvents()
        let types = call.params.list("types").compactMap(\.stringValue)
        guard types.count <= 20 else {
            throw .invalid("You can specify at most 20 event types, but you passed \(types.count).", param: "types")
        }
        if !types.isEmpty, call.params["type"] != nil { throw .exclusive("type", "types") }
        let wanted = Set(types + [call.params.text("type")].compactMap(\.self))
        var events = try ListFilter(params: call.params).within(call.books.all("event"))
        if !wanted.isEmpty {
            events = events.filter { event in wanted.contains { matches($0, event.text("type") ?? "") } }
        }
        if let delivered = call.params.value("delivery_success")?.boolValue {
            events = events.filter { (($0.whole("_undelivered") ?? 0) == 0) == delivered }
        }
        return .list(events)
    }

    /// `customer.*` means all that begin so.
    private static func matches(_ pattern: String, _ type: String) -> Bool {
        pattern.hasSuffix("*") ? type.hasPrefix(pattern.dropLast()) : pattern == type
    }
}
