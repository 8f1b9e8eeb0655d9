import HTTPTypes

/// A customer's way into the portal.
enum PortalSessions {
    static let operations = [Operation("POST /v1/billing_portal/sessions", "customer_portal", create)]

    /// Stripe's name of the type.
    static let kind = "billing_portal.session"

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        let customer = try call.customer()
        let configuration = try configuration(call)
        if let type = call.params.text("flow_data", "type"), type != "payment_method_update" {
            throw .unsupported("flow_data of type \(type)", param: "flow_data[type]")
        }
        if call.params["flow_data"] != nil, !configuration.flag("features", "payment_method_update", "enabled") {
            throw .invalid(
                "You cannot use the payment_method_update flow: the feature is disabled in the configuration.",
                param: "flow_data[type]")
        }
        let url = call.params.text("return_url") ?? configuration.text("default_return_url")
        if let url, !url.hasPrefix("http://"), !url.hasPrefix("https://") {
            throw .invalid("Not a valid URL", param: "return_url", code: "url_invalid")
        }
        var session = call.books.blank(kind, prefix: "bps")
        session["configuration"] = .string(configuration.id)
        session["customer"] = .string(customer.id)
        session["flow"] =
            call.params["flow_data"].map { flow in
                [
                    "type": flow["type"] ?? .null, "subscription_cancel": .null, "subscription_update": .null,
                    "subscription_update_confirm": .null,
                    "after_completion": flow["after_completion"] ?? ["type": "portal_homepage"],
                ]
            } ?? .null
        session["locale"] = .of(call.params.text("locale"))
        session["return_url"] = .of(url)
        session["url"] = .string("\(call.world.policy.publicURL)/portal/\(session.id)")
        call.books.insert(session, event: "billing_portal.session.created")
        return .object(session)
    }

    /// The configuration of a call; in test mode Stripe makes a default one, in live mode its owner must.
    private static func configuration(_ call: Call) throws(Refusal) -> JSONObject {
        if let id = call.params.text("configuration") {
            let found = try call.books.require(
                PortalConfigurations.kind, id, noun: "configuration", param: "configuration")
            guard found.flag("active") else {
                throw .invalid("The configuration \(id) is inactive.", param: "configuration")
            }
            return found
        }
        let known = call.books.all(PortalConfigurations.kind).first { $0.flag("is_default") }
        if let known { return known }
        throw .invalid(
            "No configuration provided and your \(call.books.isLive ? "live" : "test") mode default configuration has "
                + "not been created. Provide a configuration or create your default by saving your customer portal "
                + "settings in \(call.books.isLive ? "live" : "test") mode at "
                + "https://dashboard.stripe.com/\(call.books.isLive ? "" : "test/")settings/billing/portal.")
    }
}
