import HTTPTypes

/// Event destinations: where thin events go. The secret is told once, and only to who asks for it.
enum EventDestinations {
    static let operations = [
        Operation("GET /v2/core/event_destinations", "event_destination", list),
        Operation("POST /v2/core/event_destinations", "event_destination", create),
        Operation("GET /v2/core/event_destinations/{id}", "event_destination", retrieve),
        Operation("POST /v2/core/event_destinations/{id}", "event_destination", update),
        Operation("DELETE /v2/core/event_destinations/{id}", "event_destination", delete),
        Operation("POST /v2/core/event_destinations/{id}/disable", "event_destination", disable),
        Operation("POST /v2/core/event_destinations/{id}/enable", "event_destination", enable),
        Operation("POST /v2/core/event_destinations/{id}/ping", "event_destination", ping),
    ]

    /// Stripe's name of the type.
    static let kind = "v2.core.event_destination"

    private static func list(_ call: Call) -> Answer {
        .page(call.books.all(kind).map { shown($0, call) })
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(shown(try destination(call), call))
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        let params = call.params
        guard params.text("type") == "webhook_endpoint" else {
            throw .unsupported("event destinations of type \(params.text("type") ?? "")", param: "type")
        }
        guard params.text("event_payload") == "thin" else {
            throw .unsupported("event destinations with snapshot events", param: "event_payload")
        }
        if params["snapshot_api_version"] != nil {
            throw .invalid(
                "snapshot_api_version cannot be set for thin events.", param: "snapshot_api_version")
        }
        guard let url = params.text("webhook_endpoint", "url") else { throw .missing("webhook_endpoint.url") }
        try WebhookEndpoints.checkURL(url, isLive: call.books.isLive, at: "webhook_endpoint.url")
        let sources = params["events_from"]?.arrayValue ?? ["@self"]
        for source in sources where source != "@self" && source != "@accounts" {
            throw .invalid("events_from must hold @self or @accounts.", param: "events_from")
        }
        var made = call.books.blank(kind, prefix: call.books.isLive ? "ed" : "ed_test", length: 30)
        made["created"] = .string(InstantText.of(call.world.now))
        made["updated"] = made["created"]
        made["description"] = .string(params.text("description") ?? "")
        made["enabled_events"] = .array(try events(params))
        made["event_payload"] = "thin"
        made["events_from"] = .array(sources)
        made["metadata"] = .object(params.object("metadata") ?? [:])
        made["name"] = .string(params.text("name") ?? "")
        made["snapshot_api_version"] = .null
        made["status"] = "enabled"
        made["status_details"] = .null
        made["type"] = "webhook_endpoint"
        made["_url"] = .string(url)
        made["_secret"] = .string("whsec_" + Identifier.random(32))
        call.books.put(made)
        return .object(shown(made, call))
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer {
        let found = try destination(call)
        let url = call.params.text("webhook_endpoint", "url")
        if let url { try WebhookEndpoints.checkURL(url, isLive: call.books.isLive, at: "webhook_endpoint.url") }
        let events = call.params["enabled_events"] == nil ? nil : try events(call.params)
        let changed = change(found, call) { made in
            made.copy(["description", "name"], from: call.params)
            if let events { made["enabled_events"] = .array(events) }
            if let url { made["_url"] = .string(url) }
            for (key, value) in call.params.object("metadata") ?? [:] {
                made.set("metadata", key, to: value)
            }
        }
        return .object(shown(changed, call))
    }

    private static func delete(_ call: Call) throws(Refusal) -> Answer {
        let found = try destination(call)
        call.books.remove(found.id)
        call.world.outbox.forget(found.id)
        return .object(["id": .string(found.id), "object": .string(kind)])
    }

    private static func disable(_ call: Call) throws(Refusal) -> Answer {
        .object(
            shown(
                change(try destination(call), call) { made in
                    made["status"] = "disabled"
                    made["status_details"] = ["disabled": ["reason": "user"]]
                }, call))
    }

    private static func enable(_ call: Call) throws(Refusal) -> Answer {
        .object(
            shown(
                change(try destination(call), call) { made in
                    made["status"] = "enabled"
                    made["status_details"] = .null
                }, call))
    }

    /// Sends a `ping`, whatever the destination listens to.
    private static func ping(_ call: Call) throws(Refusal) -> Answer {
        let found = try destination(call)
        let books = call.books
        var event = books.blank(Books.thinKind, prefix: books.isLive ? "evt" : "evt_test", length: 30)
        event["created"] = .string(InstantText.of(call.world.now))
        event["_created"] = .integer(call.world.now)
        event["context"] = .null
        event["reason"] = .null
        event["type"] = "v2.core.event_destination.ping"
        event["related_object"] = [
            "id": .string(found.id), "type": .string(kind), "url": .string("/v2/core/event_destinations/\(found.id)"),
        ]
        event["_undelivered"] = 1
        books.put(event)
        books.send(event, to: found, of: books)
        return .object(event)
    }

    private static func change(
        _ found: JSONObject, _ call: Call, _ change: (inout JSONObject) -> Void
    ) -> JSONObject {
        call.books.update(found.id, event: nil) { made in
            change(&made)
            made["updated"] = .string(InstantText.of(call.world.now))
        }
    }

    /// What was asked to be included is in the answer; the secret is there at creation only.
    private static func shown(_ destination: JSONObject, _ call: Call) -> JSONObject {
        let included = call.params.list("include")
        var shown = destination
        shown["webhook_endpoint"] = [
            "signing_secret": included.contains("webhook_endpoint.signing_secret")
                ? .of(destination.text("_secret")) : .null,
            "url": included.contains("webhook_endpoint.url") ? .of(destination.text("_url")) : .null,
        ]
        return shown
    }

    private static func destination(_ call: Call) throws(Refusal) -> JSONObject {
        try call.books.require(kind, call.id, noun: "event destination")
    }

    private static func events(_ params: JSONObject) throws(Refusal) -> [JSON] {
        let events = params.list("enabled_events")
        guard !events.isEmpty else { throw .missing("enabled_events") }
        for event in events.compactMap(\.stringValue)
        where !event.hasPrefix("v1.") && !event.hasPrefix("v2.") && event != "*" {
            throw .invalid("\(event) is not the type of a thin event.", param: "enabled_events")
        }
        return events
    }
}
