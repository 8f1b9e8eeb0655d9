import HTTPTypes

/// Billing meters: what is counted, and how. Only the name can change.
enum Meters {
    static let operations = [
        Operation("GET /v1/billing/meters", "billing_meter", list),
        Operation("POST /v1/billing/meters", "billing_meter", create),
        Operation("GET /v1/billing/meters/{id}", "billing_meter", retrieve),
        Operation("POST /v1/billing/meters/{id}", "billing_meter", update),
        Operation("POST /v1/billing/meters/{id}/deactivate", "billing_meter", deactivate),
        Operation("POST /v1/billing/meters/{id}/reactivate", "billing_meter", reactivate),
        Operation("GET /v1/billing/meters/{id}/event_summaries", "billing_meter", MeterSummaries.list),
    ]

    private static func list(_ call: Call) -> Answer {
        .list(ListFilter(params: call.params).equal(call.books.all("billing.meter"), "status"))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer { .object(try meter(call)) }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        try checkLength(call.params, "event_name", most: 100)
        try checkLength(call.params, "display_name", most: 250)
        try checkName(call.params.text("event_name") ?? "", in: call.books)
        for (holder, type) in [("customer_mapping", "by_id"), ("value_settings", "")] {
            guard let key = call.params.text(holder, "event_payload_key") else { continue }
            if key.count > 100 {
                throw .invalid(
                    "Invalid string: must be at most 100 characters", param: "\(holder)[event_payload_key]")
            }
            if type == "", key == (call.params.text("customer_mapping", "event_payload_key") ?? "stripe_customer_id") {
                throw .invalid(
                    "The value and the customer of a meter event cannot have the same payload key.",
                    param: "value_settings[event_payload_key]")
            }
        }
        var meter = call.books.blank("billing.meter", prefix: call.books.isLive ? "mtr" : "mtr_test")
        meter.copy(["display_name", "event_name", "event_time_window", "default_aggregation"], from: call.params)
        meter["customer_mapping"] =
            call.params["customer_mapping"] ?? ["event_payload_key": "stripe_customer_id", "type": "by_id"]
        meter["value_settings"] = call.params["value_settings"] ?? ["event_payload_key": "value"]
        meter["status"] = "active"
        meter["status_transitions"] = ["deactivated_at": .null]
        meter["updated"] = meter["created"]
        call.books.insert(meter, event: "billing.meter.created")
        return .object(meter)
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer {
        let found = try meter(call)
        try checkLength(call.params, "display_name", most: 250)
        guard let name = call.params["display_name"] else { return .object(found) }
        return .object(
            call.books.update(found.id, event: "billing.meter.updated") { meter in
                if meter["display_name"] != name { meter["updated"] = .integer(call.world.now) }
                meter["display_name"] = name
            })
    }

    private static func deactivate(_ call: Call) throws(Refusal) -> Answer {
        let found = try meter(call)
        guard found.text("status") == "active" else {
            throw .invalid("The meter \(found.id) is already deactivated.")
        }
        let now = call.world.now
        return .object(
            call.books.update(found.id, event: "billing.meter.deactivated") { meter in
                meter["status"] = "inactive"
                meter["status_transitions"] = ["deactivated_at": .integer(now)]
                meter["updated"] = .integer(now)
            })
    }

    private static func reactivate(_ call: Call) throws(Refusal) -> Answer {
        let found = try meter(call)
        guard found.text("status") == "inactive" else {
            throw .invalid("The meter \(found.id) is already active.")
        }
        try checkName(found.text("event_name") ?? "", in: call.books)
        let now = call.world.now
        return .object(
            call.books.update(found.id, event: "billing.meter.reactivated") { meter in
                meter["status"] = "active"
                meter["status_transitions"] = ["deactivated_at": .null]
                meter["updated"] = .integer(now)
            })
    }

    /// The meter in the path.
    static func meter(_ call: Call) throws(Refusal) -> JSONObject {
        try call.books.require("billing.meter", call.id, noun: "meter")
    }

    /// An event name belongs to one active meter.
    private static func checkName(_ name: String, in books: Books) throws(Refusal) {
        let isTaken = books.all("billing.meter").contains {
            $0.text("event_name") == name && $0.text("status") == "active"
        }
        if isTaken {
            throw .invalid(
                "A meter with this event name already exists.", param: "event_name", code: "resource_already_exists")
        }
    }

    private static func checkLength(_ params: JSONObject, _ name: String, most: Int) throws(Refusal) {
        guard let text = params.text(name), text.count > most else { return }
        throw .invalid("Invalid string: \(text.prefix(10))...; must be at most \(most) characters", param: name)
    }
}
