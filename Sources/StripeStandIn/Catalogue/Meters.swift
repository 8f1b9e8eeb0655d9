import HTTPTypes

/// Billing meters, as far as metered prices need them to exist. Usage is not counted yet.
enum Meters {
    static let operations = [
        Operation("GET /v1/billing/meters", "billing_meter", list),
        Operation("POST /v1/billing/meters", "billing_meter", create),
        Operation("GET /v1/billing/meters/{id}", "billing_meter", retrieve),
    ]

    private static func list(_ call: Call) -> Answer {
        .list(ListFilter(params: call.params).equal(call.books.all("billing.meter"), "status"))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.require("billing.meter", call.id, noun: "meter"))
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        let name = call.params["event_name"] ?? .null
        guard !call.books.all("billing.meter").contains(where: { $0["event_name"] == name }) else {
            throw .invalid(
                "A meter with this event name already exists.", param: "event_name", code: "resource_already_exists")
        }
        var meter = call.books.blank("billing.meter", prefix: "mtr")
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
}
