import HTTPTypes

/// Checkout in payment and subscription mode: the session is made here, and ends in `CheckoutPayment` or
/// `CheckoutSubscription`.
enum CheckoutPurchase {
    /// The session of a call.
    static func create(_ call: Call, mode: String, session blank: JSONObject) throws(Refusal) -> JSONObject {
        let params = call.params
        try check(params, mode: mode)
        var session = blank
        session["mode"] = .string(mode)
        session["payment_method_collection"] =
            mode == "subscription" ? .string(params.text("payment_method_collection") ?? "always") : "if_required"
        session["payment_status"] = "unpaid"
        session["automatic_tax"] = [
            "enabled": .bool(params.flag("automatic_tax", "enabled")),
            "liability": params.flag("automatic_tax", "enabled") ? ["type": "self"] : .null, "provider": .null,
            "status": .null,
        ]
        if params.flag("automatic_tax", "enabled") {
            session.set("automatic_tax", "provider", to: "stripe")
            try checkLocation(call)
        }
        if mode == "payment" {
            session["invoice_creation"] = invoiceCreation(params)
            session["customer_creation"] = params["customer_creation"] ?? "if_required"
            if let amount = params.whole("payment_intent_data", "application_fee_amount"), !call.isOnBehalf {
                throw .invalid(
                    "Can only apply an application_fee_amount (\(amount)) when the request is made on behalf of "
                        + "another account.", param: "payment_intent_data[application_fee_amount]",
                    code: "application_fees_not_allowed")
            }
        }
        // What the payment intent or the subscription is to be, for the day the card is typed in.
        session["_payment_intent_data"] = params["payment_intent_data"] ?? [:]
        session["_subscription_data"] = params["subscription_data"] ?? [:]
        session["_invoice_data"] = params.value("invoice_creation", "invoice_data") ?? [:]
        session["_customer_update"] = params["customer_update"] ?? [:]
        if call.isOnBehalf { session["_on_behalf"] = true }
        let lines = try CheckoutLines(call, mode: mode)
        lines.total(&session)
        if mode == "payment", session.whole("amount_total") == 0 { session["payment_status"] = "no_payment_required" }
        return session
    }

    private static func check(_ params: JSONObject, mode: String) throws(Refusal) {
        let foreign =
            mode == "payment"
            ? ["subscription_data", "setup_intent_data"]
            : ["payment_intent_data", "invoice_creation", "setup_intent_data", "customer_creation", "submit_type"]
        for name in foreign where params[name] != nil {
            throw .invalid("You can not pass `\(name)` in `\(mode)` mode.", param: name)
        }
        for name in ["discounts", "allow_promotion_codes", "optional_items", "shipping_options", "custom_fields"]
        where params[name] != nil {
            throw .unsupported("\(name) on a Checkout session", param: name)
        }
        let data = params.object("payment_intent_data") ?? [:]
        for name in ["on_behalf_of", "transfer_data", "shipping"] where data[name] != nil {
            throw .unsupported("payment_intent_data[\(name)]", param: "payment_intent_data[\(name)]")
        }
        if data.text("capture_method") == "manual" {
            throw .unsupported("capture_method manual", param: "payment_intent_data[capture_method]")
        }
    }

    /// Stripe's page can ask for the address only where it may save it.
    private static func checkLocation(_ call: Call) throws(Refusal) {
        guard call.params["customer"] != nil else { return }
        let customer = try call.customer()
        guard !CustomerTax.isLocated(customer), call.params.text("customer_update", "address") != "auto" else { return }
        throw .invalid(
            "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to "
                + "the Customer or set either `customer_update[address]` to 'auto' or `customer_update[shipping]` to "
                + "'auto' to save the address entered in Checkout to the Customer.", param: "automatic_tax",
            code: "customer_tax_location_invalid")
    }

    private static func invoiceCreation(_ params: JSONObject) -> JSON {
        let data = params.object("invoice_creation", "invoice_data") ?? [:]
        return [
            "enabled": .bool(params.flag("invoice_creation", "enabled")),
            "invoice_data": [
                "account_tax_ids": .null, "custom_fields": .null, "description": data["description"] ?? .null,
                "footer": data["footer"] ?? .null, "issuer": .null, "metadata": data["metadata"] ?? [:],
                "rendering_options": .null,
            ],
        ]
    }

    // MARK: The end

    /// The customer of a session, made of what was typed when there is none and one is needed; the address typed is
    /// saved where the session may.
    static func customer(of session: JSONObject, isNeeded: Bool, address: JSON?, in books: Books) -> String? {
        if let known = session.text("customer") {
            if let address, session.text("_customer_update", "address") == "auto" {
                books.update(known, event: "customer.updated") { $0["address"] = Self.whole(address) }
            }
            return known
        }
        guard isNeeded else { return nil }
        var made = books.blank("customer", prefix: "cus", length: 14)
        made["email"] = session["customer_email"] ?? .null
        if let address { made["address"] = Self.whole(address) }
        made["invoice_settings"] = [
            "custom_fields": .null, "default_payment_method": .null, "footer": .null, "rendering_options": .null,
        ]
        books.insert(made, event: "customer.created")
        return made.id
    }

    private static func whole(_ address: JSON) -> JSON {
        var whole: JSONObject = [
            "city": .null, "country": .null, "line1": .null, "line2": .null, "postal_code": .null, "state": .null,
        ]
        for (name, value) in address.objectValue ?? [:] where whole[name] != nil { whole[name] = value }
        return .object(whole)
    }

    /// Ends a session whose card was taken.
    static func finish(_ id: String, customer: String?, paymentStatus: String, address: JSON?, in books: Books) {
        let found = customer.flatMap { books.find("customer", $0) }
        let complete = books.update(id, event: nil) { session in
            session["status"] = "complete"
            session["payment_status"] = .string(paymentStatus)
            session["customer"] = .of(customer)
            session["url"] = .null
            session["customer_details"] = [
                "address": address.map(Self.whole) ?? found?["address"] ?? .null, "business_name": .null,
                "email": found?["email"] ?? session["customer_email"] ?? .null, "individual_name": .null,
                "name": found?["name"] ?? .null, "phone": found?["phone"] ?? .null, "tax_exempt": "none",
                "tax_ids": [],
            ]
        }
        books.emit("checkout.session.completed", complete)
    }
}
