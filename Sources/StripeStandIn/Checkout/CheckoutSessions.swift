import HTTPTypes

/// Checkout sessions: a page on which a client's card is saved, or pays.
enum CheckoutSessions {
    static let operations = [
        Operation("GET /v1/checkout/sessions", "checkout_session", list),
        Operation("POST /v1/checkout/sessions", "checkout_session", create),
        Operation("GET /v1/checkout/sessions/{session}", "checkout_session", retrieve),
        Operation("GET /v1/checkout/sessions/{session}/line_items", "checkout_session", lineItems),
        Operation("POST /v1/checkout/sessions/{session}/expire", "checkout_session", expire),
    ]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        return .list(
            try filter.within(
                filter.equal(
                    call.books.all("checkout.session"), "customer", "status", "payment_intent", "subscription")))
    }

    private static func lineItems(_ call: Call) throws(Refusal) -> Answer {
        .list(try session(call).objects("+line_items", "data"))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer { .object(try session(call)) }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        let params = call.params
        guard let mode = params.text("mode") else { throw .missing("mode") }
        try check(params)
        let expires = try expiry(call)
        if params["customer"] != nil { _ = try call.customer() }
        let blank = try blank(call, expires: expires)
        guard mode == "setup" else {
            let session = try CheckoutPurchase.create(call, mode: mode, session: blank)
            call.books.put(session)
            return .object(session)
        }
        try checkSetup(params)
        let intentData = params.object("setup_intent_data") ?? [:]
        var intent = SetupIntents.make(
            customer: params.text("customer"), usage: "off_session", metadata: intentData["metadata"], in: call.books)
        intent["description"] = .of(intentData.text("description"))
        var session = blank
        session["mode"] = "setup"
        session["payment_method_collection"] = "always"
        session["payment_status"] = "no_payment_required"
        session["setup_intent"] = .string(intent.id)
        call.books.insert(intent, event: "setup_intent.created")
        call.books.put(session)
        return .object(session)
    }

    /// What sessions of every mode have.
    private static func blank(_ call: Call, expires: Int64) throws(Refusal) -> JSONObject {
        let params = call.params
        var session = call.books.blank(
            "checkout.session", prefix: call.books.isLive ? "cs_live" : "cs_test", length: 58)
        session.copy(
            [
                "cancel_url", "client_reference_id", "customer", "customer_creation", "customer_email", "locale",
                "success_url",
                "billing_address_collection", "origin_context", "allowed_payment_method_types",
            ], from: params)
        if let currency = params.text("currency") { session["currency"] = .string(try Currency.check(currency)) }
        session["custom_text"] = [
            "after_submit": .null, "shipping_address": .null, "submit": .null, "terms_of_service_acceptance": .null,
        ]
        session["expires_at"] = .integer(expires)
        session["metadata"] = .object(Metadata.merged(nil, with: params["metadata"]))
        session["payment_method_types"] = ["card"]
        session["status"] = "open"
        session["ui_mode"] = "hosted_page"
        session["url"] = .string("\(call.world.policy.publicURL)/pay/\(session.id)")
        return session
    }

    private static func checkSetup(_ params: JSONObject) throws(Refusal) {
        for name in ["line_items", "subscription_data", "payment_intent_data", "invoice_creation", "discounts"]
        where params[name] != nil {
            throw .invalid("You can not pass `\(name)` in `setup` mode.", param: name)
        }
        if params["currency"] == nil, params["allowed_payment_method_types"] == nil { throw .missing("currency") }
    }

    private static func check(_ params: JSONObject) throws(Refusal) {
        if params["customer"] != nil, params["customer_email"] != nil { throw .exclusive("customer", "customer_email") }
        if let mode = params.text("ui_mode"), mode != "hosted_page" {
            throw .unsupported("Checkout with ui_mode \(mode)", param: "ui_mode")
        }
        guard let url = params.text("success_url") else { throw .missing("success_url") }
        for (name, url) in [("success_url", url), ("cancel_url", params.text("cancel_url") ?? url)]
        where !url.hasPrefix("http://") && !url.hasPrefix("https://") {
            throw .invalid("Not a valid URL", param: name, code: "url_invalid")
        }
    }

    private static func expiry(_ call: Call) throws(Refusal) -> Int64 {
        guard let wanted = call.params.whole("expires_at") else { return call.world.now + 86_400 }
        guard wanted >= call.world.now + 1_800 else {
            throw .invalid(
                "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
                param: "expires_at")
        }
        guard wanted <= call.world.now + 86_400 else {
            throw .invalid(
                "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
                param: "expires_at")
        }
        return wanted
    }

    private static func expire(_ call: Call) throws(Refusal) -> Answer {
        let found = try session(call)
        guard found.text("status") == "open" else {
            throw .invalid(
                "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a "
                    + "status of \(found.text("status") ?? "").")
        }
        return .object(expire(found.id, in: call.books))
    }

    /// Ends an open session.
    @discardableResult
    static func expire(_ id: String, in books: Books) -> JSONObject {
        let session = books.update(id, event: nil) { session in
            session["status"] = "expired"
            session["url"] = .null
        }
        books.emit("checkout.session.expired", session)
        return session
    }

    /// A card was typed into the page (or came through the control endpoint): saves it and ends the session if it is
    /// good.
    static func complete(
        _ id: String, method: JSONObject, authenticated: Bool?, isDelayed: Bool = false, address: JSON? = nil,
        in books: Books
    ) -> SetupIntents.Outcome {
        let typed = CheckoutPayment.Typed(
            method: method, authenticated: authenticated, isDelayed: isDelayed, address: address)
        switch books.find(id)?.text("mode") {
        case "payment": return CheckoutPayment(books: books).complete(id, typed)
        case "subscription": return CheckoutSubscription(world: books.world, books: books).complete(id, typed)
        default: break
        }
        guard let session = books.find(id), let intent = session.text("setup_intent") else { return .succeeded }
        var customer = session.text("customer")
        if customer == nil {
            // Checkout makes a customer of whoever typed the card.
            var made = books.blank("customer", prefix: "cus", length: 14)
            made["email"] = session["customer_email"] ?? .null
            made["invoice_settings"] = [
                "custom_fields": .null, "default_payment_method": .null, "footer": .null, "rendering_options": .null,
            ]
            books.insert(made, event: "customer.created")
            customer = made.id
            books.update(intent, event: nil) { $0["customer"] = .of(customer) }
        }
        let outcome = SetupIntents.confirm(intent, with: method, authenticated: authenticated, in: books)
        guard case .succeeded = outcome else { return outcome }
        let complete = books.update(id, event: nil) { session in
            session["status"] = "complete"
            session["customer"] = .of(customer)
            session["url"] = .null
            session["customer_details"] = [
                "address": .null, "business_name": .null, "email": session["customer_email"] ?? .null,
                "individual_name": .null, "name": .null, "phone": .null, "tax_exempt": "none", "tax_ids": .null,
            ]
        }
        books.emit("checkout.session.completed", complete)
        return outcome
    }

    private static func session(_ call: Call) throws(Refusal) -> JSONObject {
        try call.books.require("checkout.session", call.id, noun: "checkout.session", param: "id")
    }
}
