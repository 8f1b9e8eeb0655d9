import HTTPTypes

/// What customers may do in the portal.
enum PortalConfigurations {
    static let operations = [
        Operation("GET /v1/billing_portal/configurations", "customer_portal", list),
        Operation("POST /v1/billing_portal/configurations", "customer_portal", create),
        Operation("GET /v1/billing_portal/configurations/{configuration}", "customer_portal", retrieve),
        Operation("POST /v1/billing_portal/configurations/{configuration}", "customer_portal", update),
    ]

    /// Stripe's name of the type.
    static let kind = "billing_portal.configuration"

    private static func list(_ call: Call) -> Answer {
        .list(ListFilter(params: call.params).equal(call.books.all(kind), "active", "is_default"))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer { .object(try configuration(call)) }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        guard let features = call.params.object("features") else { throw .missing("features") }
        var made = call.books.blank(kind, prefix: "bpc")
        made["active"] = true
        // As at Stripe the first one made by a test key is nobody's default.
        made["is_default"] = false
        made["updated"] = made["created"]
        made["application"] = call.isOnBehalf ? "ca_standin" : .null
        made["features"] = .object(merged(standard, with: features))
        made["login_page"] = ["enabled": false, "url": .null]
        write(call.params, into: &made)
        call.books.insert(made, event: "billing_portal.configuration.created")
        return .object(made)
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer {
        let found = try configuration(call)
        return .object(
            call.books.update(found.id, event: "billing_portal.configuration.updated") { made in
                if let active = call.params["active"] { made["active"] = active }
                let features = call.params.object("features") ?? [:]
                made["features"] = .object(merged(made.object("features") ?? [:], with: features))
                write(call.params, into: &made)
                made["updated"] = .integer(call.world.now)
            })
    }

    private static func write(_ params: JSONObject, into made: inout JSONObject) {
        for name in ["default_return_url", "name"] {
            if let value = params[name] { made[name] = value.stringValue == "" ? .null : value }
        }
        for (name, value) in params.object("business_profile") ?? [:] {
            made.set("business_profile", name, to: value.stringValue == "" ? .null : value)
        }
        made["metadata"] = .object(Metadata.merged(made.object("metadata"), with: params["metadata"]))
    }

    /// Everything off.
    private static let standard: JSONObject = [
        "customer_update": ["allowed_updates": [], "enabled": false], "invoice_history": ["enabled": false],
        "payment_method_update": ["enabled": false, "payment_method_configuration": .null],
        "subscription_cancel": [
            "cancellation_reason": ["enabled": false, "options": []], "enabled": false, "mode": "at_period_end",
            "proration_behavior": "none",
        ],
        "subscription_update": [
            "billing_cycle_anchor": .null, "default_allowed_updates": [], "enabled": false, "products": .null,
            "proration_behavior": "none", "schedule_at_period_end": ["conditions": []],
            "trial_update_behavior": "end_trial",
        ],
    ]

    private static func merged(_ old: JSONObject, with given: JSONObject) -> JSONObject {
        var merged = old
        for (name, value) in given {
            var feature = merged.object(name) ?? [:]
            for (field, inner) in value.objectValue ?? [:] { feature[field] = inner.stringValue == "" ? [] : inner }
            merged[name] = .object(feature)
        }
        return merged
    }

    private static func configuration(_ call: Call) throws(Refusal) -> JSONObject {
        try call.books.require(kind, call.id, noun: "configuration")
    }
}
