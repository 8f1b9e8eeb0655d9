import HTTPTypes

/// What Stripe makes of a meter event when it looks at it.
enum UsageVerdict: Sendable, Equatable {
    /// It counts.
    case counted(meter: String, customer: String, value: Int64)
    /// It does not; the meter is nil when none was found.
    case rejected(code: String, message: String, meter: String?)

    /// Most digits of a value; beyond it Stripe says `meter_event_value_too_many_digits`.
    static let digitsMax = 15

    /// Looks at an event: meter, customer and value, in this order.
    static func of(_ eventName: String, _ payload: JSONObject, in books: Books) -> UsageVerdict {
        let named = books.all("billing.meter").filter { $0.text("event_name") == eventName }
        guard let meter = named.first(where: { $0.text("status") == "active" }) else {
            guard let archived = named.first else {
                return .rejected(
                    code: "no_meter", message: "No meter was found matching event_name \(eventName).", meter: nil)
            }
            return .rejected(
                code: "archived_meter", message: "The meter with event_name \(eventName) is deactivated.",
                meter: archived.id)
        }
        let reject = { (code: String, message: String) in
            UsageVerdict.rejected(code: code, message: message, meter: meter.id)
        }
        let key = customerKey(of: meter)
        guard let customer = payload.text(key), !customer.isEmpty else {
            return reject("meter_event_no_customer_defined", "Customer mapping key \(key) not found in payload.")
        }
        guard books.find("customer", customer) != nil else {
            return reject("meter_event_customer_not_found", "No such customer: '\(customer)'")
        }
        if meter.text("default_aggregation", "formula") == "count" {
            return .counted(meter: meter.id, customer: customer, value: 1)
        }
        let valueKey = meter.text("value_settings", "event_payload_key") ?? "value"
        guard let text = payload.text(valueKey) else {
            return reject("meter_event_value_not_found", "Value key \(valueKey) not found in payload.")
        }
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return reject("meter_event_invalid_value", "The value '\(text)' of \(valueKey) is not a whole number.")
        }
        guard digits.count <= digitsMax, let value = Int64(text) else {
            return reject(
                "meter_event_value_too_many_digits", "The value of \(valueKey) has more than \(digitsMax) digits.")
        }
        return .counted(meter: meter.id, customer: customer, value: value)
    }

    /// Payload key that names the customer.
    static func customerKey(of meter: JSONObject) -> String {
        meter.text("customer_mapping", "event_payload_key") ?? "stripe_customer_id"
    }

    /// The fields of a snapshot.
    var json: JSONObject {
        switch self {
        case .counted(let meter, let customer, let value):
            ["meter": .string(meter), "customer": .string(customer), "value": .integer(value), "code": .null]
        case .rejected(let code, let message, let meter):
            ["meter": .of(meter), "code": .string(code), "message": .string(message)]
        }
    }
}

extension UsageVerdict {
    /// Reads the fields of a snapshot.
    init?(_ json: JSONObject) {
        if let code = json.text("code") {
            self = .rejected(code: code, message: json.text("message") ?? "", meter: json.text("meter"))
        } else if let meter = json.text("meter"), let customer = json.text("customer"), let value = json.whole("value")
        {
            self = .counted(meter: meter, customer: customer, value: value)
        } else {
            return nil
        }
    }
}
