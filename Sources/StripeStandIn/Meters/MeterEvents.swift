import HTTPTypes

/// Usage: events taken at once and looked at later, as Stripe's v1 does, and events taken back.
enum MeterEvents {
    static let operations = [
        Operation("POST /v1/billing/meter_events", "billing_meter_event", create),
        Operation("POST /v1/billing/meter_event_adjustments", "billing_meter_event_adjustment", adjust),
    ]

    /// How old a use may be, seconds: 35 days.
    static let pastSeconds: Int64 = 35 * 86_400
    /// How far ahead it may be, seconds.
    static let futureSeconds: Int64 = 300

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        let params = call.params
        let entry = try take(
            eventName: params.text("event_name") ?? "", payload: params.object("payload") ?? [:],
            identifier: params.text("identifier"), timestamp: params.whole("timestamp"), in: call.books)
        if call.world.policy.checksUsageAtOnce, case .rejected(let code, let message, _) = entry.verdict {
            throw .invalid(message, param: code == "no_meter" || code == "archived_meter" ? "event_name" : "payload")
        }
        call.books.usage.add(entry)
        MeterReports(books: call.books).passTime()
        var event = call.world.schema.blank("billing.meter_event")
        event["created"] = .integer(call.world.now)
        event["event_name"] = .string(entry.eventName)
        event["identifier"] = .string(entry.identifier)
        event["livemode"] = .bool(call.books.isLive)
        event["payload"] = .object(entry.payload)
        event["timestamp"] = .integer(entry.timestamp)
        return .object(event)
    }

    /// Checks identifier and timestamp, which Stripe refuses at once, and looks at the rest. The use of a customer on a
    /// test clock happens in the time of that clock.
    static func take(
        eventName: String, payload: JSONObject, identifier: String?, timestamp: Int64?, in books: Books
    ) throws(Refusal) -> UsageEntry {
        let name = identifier ?? Identifier.random(36)
        guard name.count <= 100 else {
            throw .invalid(
                "Invalid string: \(name.prefix(10))...; must be at most 100 characters", param: "identifier")
        }
        guard !books.usage.isUsed(name, at: books.world.now) else {
            // Stripe gives no code with it.
            throw .invalid("An event already exists with identifier \(name).", param: "identifier")
        }
        let verdict = UsageVerdict.of(eventName, payload, in: books)
        var now = books.world.now
        if case .counted(_, let customer, _) = verdict {
            now = books.now(on: books.find("customer", customer)?.text("test_clock"))
        }
        let moment = timestamp ?? now
        guard moment >= now - pastSeconds, moment <= now + futureSeconds else {
            throw .invalid(
                "The timestamp must be within the past 35 calendar days or up to 5 minutes in the future.",
                param: "timestamp")
        }
        return UsageEntry(
            identifier: name, eventName: eventName, payload: payload, timestamp: moment, received: books.world.now,
            verdict: verdict)
    }

    private static func adjust(_ call: Call) throws(Refusal) -> Answer {
        guard let identifier = call.params.text("cancel", "identifier") else { throw .missing("cancel[identifier]") }
        let eventName = call.params.text("event_name") ?? ""
        try cancel(identifier, eventName: eventName, in: call.books)
        var adjustment = call.world.schema.blank("billing.meter_event_adjustment")
        adjustment["event_name"] = .string(eventName)
        adjustment["type"] = "cancel"
        adjustment["cancel"] = ["identifier": .string(identifier)]
        adjustment["livemode"] = .bool(call.books.isLive)
        // Done already; Stripe's answer never says so.
        adjustment["status"] = "pending"
        return .object(adjustment)
    }

    /// Takes an event back, within a day of its coming.
    static func cancel(_ identifier: String, eventName: String, in books: Books) throws(Refusal) {
        guard let entry = books.usage.find(identifier), entry.eventName == eventName else {
            throw .invalid(
                "No meter event found with identifier \(identifier) and event_name \(eventName).",
                param: "cancel[identifier]", code: "resource_missing")
        }
        guard books.usage.isUsed(identifier, at: books.world.now) else {
            throw .invalid(
                "Meter events can only be canceled within 24 hours of Stripe receiving them.",
                param: "cancel[identifier]")
        }
        guard !entry.isCanceled else {
            throw .invalid("The event with identifier \(identifier) was canceled already.", param: "cancel[identifier]")
        }
        books.usage.cancel(identifier)
    }
}
