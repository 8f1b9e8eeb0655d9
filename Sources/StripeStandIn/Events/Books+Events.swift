import HTTPTypes

/// Facts told to whoever listens.
extension Books {
    /// Events kept per account and mode; older ones go first. Stripe keeps them 30 days.
    static let eventsMax = 50_000

    /// Stripe keeps events this long.
    static let eventSeconds: Int64 = 30 * 86_400

    /// Records an event with a snapshot of the object and hands it to every endpoint that wants it.
    func emit(_ type: String, _ object: JSONObject, previous: JSONObject? = nil) {
        if isRehearsing { return }
        var data: JSONObject = ["object": .object(object.visible)]
        if let previous { data["previous_attributes"] = .object(previous) }
        var event: JSONObject = [
            "id": .string(Identifier.make("evt")), "object": "event", "api_version": .string(world.schema.version),
            // The stand-in's own clock, even for objects on a test clock: events happen when they happen.
            "created": .integer(world.now), "data": .object(data), "livemode": .bool(isLive),
            "pending_webhooks": .integer(0),
            "request": .object(["id": .of(world.cause.request), "idempotency_key": .of(world.cause.idempotencyKey)]),
            "type": .string(type),
        ]
        let listeners = listeners(for: type)
        event["pending_webhooks"] = .integer(Int64(listeners.count))
        event["_undelivered"] = .integer(Int64(listeners.count))
        put(event)
        // In batches: looking for the oldest costs a walk over all.
        if count("event") > Self.eventsMax + 1_000 { pruneEvents() }
        for listener in listeners {
            world.outbox.add(event, to: listener.endpoint, of: listener.books, account: listener.named, world: world)
        }
        world.isDirty = true
    }

    /// Sends an event again to every endpoint that wants its type; gives their number.
    func resend(_ event: JSONObject) -> Int {
        let listeners = listeners(for: event.text("type") ?? "")
        for listener in listeners {
            world.outbox.add(event, to: listener.endpoint, of: listener.books, account: listener.named, world: world)
        }
        return listeners.count
    }

    /// The endpoint's delivery arrived.
    func markDelivered(_ event: String) {
        guard var found = find(event) else { return }
        let left = max(0, (found.whole("_undelivered") ?? 0) - 1)
        found["_undelivered"] = .integer(left)
        if found.kind == "event" { found["pending_webhooks"] = .integer(left) }
        put(found)
    }

    /// Forgets events that are too old or too many.
    func pruneEvents() {
        var excess = count("event") - Self.eventsMax
        let horizon = world.now - Self.eventSeconds
        guard excess > 0 || (all("event").last?.whole("created") ?? .max) < horizon else { return }
        for event in all("event").reversed() {
            guard excess > 0 || (event.whole("created") ?? 0) < horizon else { return }
            remove(event.id)
            excess -= 1
        }
    }

    private struct Listener {
        let endpoint: JSONObject
        let books: Books
        /// The connected account named in the event, for endpoints of the platform.
        let named: String?
    }

    private func listeners(for type: String) -> [Listener] {
        var listeners = all("webhook_endpoint").reversed()
            .filter { !$0.flag("_connect") && Self.wants($0, type) }
            .map { Listener(endpoint: $0, books: self, named: nil) }
        if let platform = world.accounts[account]?.platform {
            let books = world.account(platform).books(isLive: isLive)
            listeners += books.all("webhook_endpoint").reversed()
                .filter { $0.flag("_connect") && Self.wants($0, type) }
                .map { Listener(endpoint: $0, books: books, named: account) }
        }
        return listeners
    }

    private static func wants(_ endpoint: JSONObject, _ type: String) -> Bool {
        guard endpoint.text("status") == "enabled" else { return false }
        return endpoint.list("enabled_events").contains { $0.stringValue == type || $0.stringValue == "*" }
    }
}
