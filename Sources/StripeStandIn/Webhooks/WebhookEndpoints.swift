import HTTPTypes

/// Webhook endpoints: 16 an account and mode, the secret told once.
enum WebhookEndpoints {
    static let operations = [
        Operation("GET /v1/webhook_endpoints", "webhook", list),
        Operation("POST /v1/webhook_endpoints", "webhook", create),
        Operation("GET /v1/webhook_endpoints/{webhook_endpoint}", "webhook", retrieve),
        Operation("POST /v1/webhook_endpoints/{webhook_endpoint}", "webhook", update),
        Operation("DELETE /v1/webhook_endpoints/{webhook_endpoint}", "webhook", delete),
    ]

    /// Stripe's cap.
    static let countMax = 16

    private static func list(_ call: Call) -> Answer { .list(call.books.all("webhook_endpoint")) }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer { .object(try endpoint(call)) }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        guard call.books.count("webhook_endpoint") < countMax else {
            let mode = call.books.isLive ? "live" : "test"
            throw .invalid("You have reached the maximum of \(countMax) \(mode) webhook endpoints.")
        }
        if let version = call.params.text("api_version"), version != call.world.schema.version {
            throw .invalid("Invalid API version: \(version)", param: "api_version")
        }
        let endpoint = make(
            url: try url(call), events: try events(call.params), isConnect: call.params.flag("connect"),
            secret: "whsec_" + Identifier.random(32), in: call.books)
        var made = endpoint
        made["description"] = .of(call.params.text("description"))
        made["metadata"] = .object(Metadata.merged(nil, with: call.params["metadata"]))
        call.books.put(made)
        // The only answer that ever holds the secret.
        made["secret"] = made["_secret"]
        return .object(made)
    }

    /// An enabled endpoint with this secret, kept in the books.
    @discardableResult
    static func make(url: String, events: [JSON], isConnect: Bool, secret: String, in books: Books) -> JSONObject {
        var endpoint = books.blank("webhook_endpoint", prefix: "we")
        endpoint["api_version"] = .string(books.world.schema.version)
        endpoint["enabled_events"] = .array(events)
        endpoint["status"] = "enabled"
        endpoint["url"] = .string(url)
        endpoint["_secret"] = .string(secret)
        endpoint["_connect"] = .bool(isConnect)
        books.put(endpoint)
        return endpoint
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer {
        let found = try endpoint(call)
        let url = call.params["url"] == nil ? nil : try url(call)
        let events = call.params["enabled_events"] == nil ? nil : try events(call.params)
        let changed = call.books.update(found.id, event: nil) { endpoint in
            if let url { endpoint["url"] = .string(url) }
            if let events { endpoint["enabled_events"] = .array(events) }
            if let isDisabled = call.params.value("disabled")?.boolValue {
                endpoint["status"] = isDisabled ? "disabled" : "enabled"
            }
            if let description = call.params["description"] { endpoint["description"] = description }
            endpoint["metadata"] = .object(Metadata.merged(endpoint.object("metadata"), with: call.params["metadata"]))
        }
        return .object(changed)
    }

    private static func delete(_ call: Call) throws(Refusal) -> Answer {
        let found = try endpoint(call)
        call.books.remove(found.id)
        call.world.outbox.forget(found.id)
        return .deleted(found)
    }

    private static func endpoint(_ call: Call) throws(Refusal) -> JSONObject {
        try call.books.require("webhook_endpoint", call.id, noun: "webhook endpoint")
    }

    private static func events(_ params: JSONObject) throws(Refusal) -> [JSON] {
        let events = params.list("enabled_events")
        guard !events.isEmpty else { throw .missing("enabled_events") }
        if events.count > 1, events.contains("*") {
            throw .invalid("You must either specify a list of events or `*`, not both.", param: "enabled_events")
        }
        return events
    }

    private static func url(_ call: Call) throws(Refusal) -> String {
        guard let url = call.params.text("url") else { throw .missing("url") }
        try checkURL(url, isLive: call.books.isLive, at: "url")
        return url
    }

    /// An address Stripe could post to: in live mode by TLS.
    static func checkURL(_ url: String, isLive: Bool, at param: String) throws(Refusal) {
        let isSecure = url.hasPrefix("https://")
        guard isSecure || url.hasPrefix("http://"), url.split(separator: "/").count >= 2, !url.contains(" ") else {
            throw .invalid(
                "Invalid URL: URL must be publicly accessible. Consider using a tool like ngrok to tunnel.",
                param: param, code: "url_invalid")
        }
        if isLive, !isSecure {
            throw .invalid(
                "Invalid URL: In live mode, webhook URLs must begin with https.", param: param, code: "url_invalid")
        }
    }
}
