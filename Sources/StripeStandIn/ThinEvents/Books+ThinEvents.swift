import HTTPTypes

/// Thin events: told without the object, fetched by whoever wants to know more.
extension Books {
    /// Type of thin events among the objects.
    static let thinKind = "v2.core.event"

    /// Records a thin event and hands it to every destination that wants it.
    func emitThin(_ type: String, data: JSONObject, related: JSONObject?) {
        var event = blank(Self.thinKind, prefix: isLive ? "evt" : "evt_test", length: 30)
        event["created"] = .string(InstantText.of(world.now))
        event["_created"] = .integer(world.now)
        event["context"] = .null
        event["data"] = .object(data)
        event["reason"] = .null
        event["related_object"] = .of(related)
        event["type"] = .string(type)
        let wanting = destinations(for: type)
        event["_undelivered"] = .integer(Int64(wanting.count))
        put(event)
        for (destination, books) in wanting { send(event, to: destination, of: books) }
        world.isDirty = true
    }

    /// Puts a thin event on its way to one destination, whatever it asked for.
    func send(_ event: JSONObject, to destination: JSONObject, of books: Books) {
        var notice = event
        notice.remove("data")
        if books.account != account { notice["context"] = .string(account) }
        world.outbox.add(
            notice, to: destination, of: books, account: books.account == account ? nil : account, world: world)
    }

    /// Sends a thin event again to every destination that wants its type; gives their number.
    func resendThin(_ event: JSONObject) -> Int {
        let wanting = destinations(for: event.text("type") ?? "")
        for (destination, books) in wanting { send(event, to: destination, of: books) }
        return wanting.count
    }

    /// Destinations of the account itself, and those of its platform that listen to connected accounts.
    private func destinations(for type: String) -> [(destination: JSONObject, books: Books)] {
        var found = all(EventDestinations.kind).reversed()
            .filter { Self.wants($0, type, from: "@self") }
            .map { (destination: $0, books: self) }
        if let platform = world.accounts[account]?.platform {
            let books = world.account(platform).books(isLive: isLive)
            found += books.all(EventDestinations.kind).reversed()
                .filter { Self.wants($0, type, from: "@accounts") }
                .map { (destination: $0, books: books) }
        }
        return found
    }

    private static func wants(_ destination: JSONObject, _ type: String, from scope: String) -> Bool {
        guard destination.text("status") == "enabled", destination.text("event_payload") == "thin" else { return false }
        return destination.list("events_from").contains(.string(scope))
            && destination.list("enabled_events").contains { $0.stringValue == type || $0.stringValue == "*" }
    }
}
