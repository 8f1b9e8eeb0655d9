import HTTPTypes

/// Usage by v2: JSON, times as text, everything looked at before the answer.
enum MeterEventsV2 {
    static let operations = [
        Operation("POST /v2/billing/meter_events", "billing_meter_event", create),
        Operation("POST /v2/billing/meter_event_adjustments", "billing_meter_event_adjustment", adjust),
    ]

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        let params = call.params
        let name = params.text("event_name") ?? ""
        var timestamp: Int64?
        if let text = params.text("timestamp") {
            guard let moment = InstantText.seconds(text) else {
                throw .invalid("Invalid timestamp: \(text)", param: "timestamp")
            }
            timestamp = moment
        }
        if let identifier = params.text("identifier"), call.books.usage.isUsed(identifier, at: call.world.now) {
            throw .invalid(
                "An event already exists with identifier \(identifier).", param: "identifier",
                code: "duplicate_meter_event")
        }
        let entry = try MeterEvents.take(
            eventName: name, payload: params.object("payload") ?? [:], identifier: params.text("identifier"),
            timestamp: timestamp, in: call.books)
        if case .rejected(let code, let message, _) = entry.verdict {
            throw .invalid(message, code: Self.code(code))
        }
        call.books.usage.add(entry)
        return .object([
            "object": "v2.billing.meter_event", "created": .string(InstantText.of(call.world.now)),
            "event_name": .string(name), "identifier": .string(entry.identifier),
            "livemode": .bool(call.books.isLive), "payload": .object(entry.payload),
            "timestamp": .string(InstantText.of(entry.timestamp)),
        ])
    }

    /// v2 has names of its own for some of the codes in error reports.
    private static func code(_ code: String) -> String {
        switch code {
        case "meter_event_no_customer_defined": "payload_no_customer_defined"
        case "meter_event_value_not_found": "payload_no_value_defined"
        case "meter_event_invalid_value", "meter_event_value_too_many_digits", "meter_event_customer_not_found":
            "payload_invalid_value"
        default: code
        }
    }

    private static func adjust(_ call: Call) throws(Refusal) -> Answer {
        let identifier = call.params.text("cancel", "identifier") ?? ""
        let name = call.params.text("event_name") ?? ""
        try MeterEvents.cancel(identifier, eventName: name, in: call.books)
        return .object([
            "id": .string(Identifier.make("mtradj")), "object": "v2.billing.meter_event_adjustment",
            "cancel": ["identifier": .string(identifier)], "created": .string(InstantText.of(call.world.now)),
            "event_name": .string(name), "livemode": .bool(call.books.isLive), "status": "pending", "type": "cancel",
        ])
    }
}
