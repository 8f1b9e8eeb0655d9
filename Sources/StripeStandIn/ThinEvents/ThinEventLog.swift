import HTTPTypes

/// `/v2/core/events`: the thin events of thirty days, with their data.
enum ThinEventLog {
    static let operations = [
        Operation("GET /v2/core/events", "event", list), Operation("GET /v2/core/events/{id}", "event", retrieve),
    ]

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        let event = try call.books.require(Books.thinKind, call.id, noun: "event")
        guard isKept(event, call) else { throw .noSuch("event", call.id) }
        return .object(event)
    }

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let types = call.params.list("types")
        guard types.count <= 20 else {
            throw .invalid("You can specify at most 20 event types, but you passed \(types.count).", param: "types")
        }
        var bounds: [String: Int64] = [:]
        for (name, value) in call.params.object("created") ?? [:] {
            guard let moment = InstantText.seconds(value.stringValue ?? "") else {
                throw .invalid("Invalid timestamp: \(value.stringValue ?? "")", param: "created[\(name)]")
            }
            bounds[name] = moment
        }
        let object = call.params.text("object_id")
        let found = call.books.all(Books.thinKind).filter { event in
            let created = event.whole("_created") ?? 0
            return isKept(event, call) && (types.isEmpty || types.contains(event["type"] ?? .null))
                && (object == nil || event.text("related_object", "id") == object)
                && created > (bounds["gt"] ?? .min) && created >= (bounds["gte"] ?? .min)
                && created < (bounds["lt"] ?? .max) && created <= (bounds["lte"] ?? .max)
        }
        return .page(found)
    }

    private static func isKept(_ event: JSONObject, _ call: Call) -> Bool {
        (event.whole("_created") ?? 0) >= call.world.now - Books.eventSeconds
    }
}
