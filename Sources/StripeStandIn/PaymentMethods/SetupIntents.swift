import HTTPTypes

/// Setup intents: saving a card for later.
enum SetupIntents {
    static let operations = [
        Operation("GET /v1/setup_intents", "setup_intent", list),
        Operation("POST /v1/setup_intents", "setup_intent", create),
        Operation("GET /v1/setup_intents/{intent}", "setup_intent", retrieve),
        Operation("POST /v1/setup_intents/{intent}", "setup_intent", update),
        Operation("POST /v1/setup_intents/{intent}/confirm", "setup_intent", confirm),
        Operation("POST /v1/setup_intents/{intent}/cancel", "setup_intent", cancel),
    ]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        return .list(try filter.within(filter.equal(call.books.all("setup_intent"), "customer", "payment_method")))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.require("setup_intent", call.id, noun: "setupintent", param: "id"))
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        let params = call.params
        if params["customer"] != nil { _ = try call.customer() }
        var intent = make(
            customer: params.text("customer"), usage: params.text("usage") ?? "off_session",
            metadata: params["metadata"], in: call.books)
        intent["description"] = .of(params.text("description"))
        intent["automatic_payment_methods"] =
            params["automatic_payment_methods"] ?? ["allow_redirects": "always", "enabled": true]
        var method: JSONObject?
        if let id = params.text("payment_method") {
            let found = try PaymentMethods.resolve(id, in: call.books)
            call.books.put(found)
            intent["payment_method"] = .string(found.id)
            intent["status"] = "requires_confirmation"
            method = found
        }
        call.books.insert(intent, event: "setup_intent.created")
        guard params.flag("confirm") else { return .object(intent) }
        guard let method else {
            throw .invalid(
                "You cannot confirm this SetupIntent because it's missing a payment method.", param: "payment_method")
        }
        return try attempt(intent.id, method, call)
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("setup_intent", call.id, noun: "setupintent")
        let params = call.params
        if params["customer"] != nil { _ = try call.customer() }
        var method: JSONObject?
        if let id = params.text("payment_method"), !id.isEmpty {
            method = try PaymentMethods.resolve(id, in: call.books)
        }
        return .object(
            call.books.update(found.id, event: nil) { intent in
                intent.copy(["customer", "description"], from: params)
                if let method {
                    call.books.put(method)
                    intent["payment_method"] = .string(method.id)
                    if intent.text("status") == "requires_payment_method" { intent["status"] = "requires_confirmation" }
                }
                intent["metadata"] = .object(Metadata.merged(intent.object("metadata"), with: params["metadata"]))
            })
    }

    private static func confirm(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("setup_intent", call.id, noun: "setupintent")
        guard ["requires_payment_method", "requires_confirmation", "requires_action"].contains(found.text("status"))
        else {
            throw .invalid(
                "You cannot confirm this SetupIntent because it has a status of \(found.text("status") ?? "").",
                code: "setup_intent_unexpected_state")
        }
        guard let id = call.params.text("payment_method") ?? found.text("payment_method") else {
            throw .invalid(
                "You cannot confirm this SetupIntent because it's missing a payment method.", param: "payment_method")
        }
        return try attempt(found.id, try PaymentMethods.resolve(id, in: call.books), call)
    }

    private static func attempt(_ id: String, _ method: JSONObject, _ call: Call) throws(Refusal) -> Answer {
        switch confirm(id, with: method, in: call.books) {
        case .succeeded, .asksOwner: return .object(call.books.find(id) ?? [:])
        case .declined(var refusal):
            refusal.extra["setup_intent"] = .object((call.books.find(id) ?? [:]).visible)
            throw refusal
        }
    }

    private static func cancel(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("setup_intent", call.id, noun: "setupintent")
        guard ["requires_payment_method", "requires_confirmation", "requires_action"].contains(found.text("status"))
        else {
            throw .invalid(
                "You cannot cancel this SetupIntent because it has a status of \(found.text("status") ?? "").",
                code: "setup_intent_unexpected_state")
        }
        return .object(
            call.books.update(found.id, event: "setup_intent.canceled") { intent in
                intent["status"] = "canceled"
                intent["cancellation_reason"] = .of(call.params.text("cancellation_reason"))
            })
    }

    /// A new intent, not yet in the books.
    static func make(customer: String?, usage: String, metadata: JSON?, in books: Books) -> JSONObject {
        var intent = books.blank("setup_intent", prefix: "seti")
        intent["client_secret"] = .string("\(intent.id)_secret_\(Identifier.random(25))")
        intent["customer"] = .of(customer)
        intent["payment_method_types"] = ["card"]
        intent["flow_directions"] = .null
        intent["status"] = "requires_payment_method"
        intent["usage"] = .string(usage)
        intent["metadata"] = .object(Metadata.merged(nil, with: metadata))
        return intent
    }

    /// How a confirmation ends.
    enum Outcome {
        /// The card is saved.
        case succeeded
        /// The owner must authenticate first.
        case asksOwner
        /// The issuer refused.
        case declined(Refusal)
    }

    /// Saves the card of an intent, unless its issuer or owner says no. `authenticated` is the owner's word, once
    /// asked.
    static func confirm(
        _ id: String, with method: JSONObject, authenticated: Bool? = nil, in books: Books
    ) -> Outcome {
        let behaviour = PaymentMethods.card(of: method)?.atSetup ?? .succeeds
        if behaviour == .asksOwner, authenticated == nil {
            books.put(method)
            books.update(id, event: "setup_intent.requires_action") { intent in
                intent["status"] = "requires_action"
                intent["payment_method"] = .string(method.id)
                intent["next_action"] = [
                    "type": "redirect_to_url",
                    "redirect_to_url": [
                        "return_url": .null, "url": .string("\(books.world.policy.publicURL)/pay/authenticate/\(id)"),
                    ],
                ]
            }
            return .asksOwner
        }
        if let refusal = refusal(behaviour, authenticated: authenticated) {
            fail(id, refusal, method: method, in: books)
            return .declined(refusal)
        }
        if let customer = books.find(id)?.text("customer") {
            PaymentMethods.attach(method, to: customer, in: books)
        } else {
            books.put(method)
        }
        books.update(id, event: nil) { intent in
            intent["status"] = "succeeded"
            intent["payment_method"] = .string(method.id)
            intent["next_action"] = .null
            intent["last_setup_error"] = .null
            intent["latest_attempt"] = .string(Identifier.make("setatt"))
        }
        if let intent = books.find(id) { books.emit("setup_intent.succeeded", intent) }
        return .succeeded
    }

    private static func refusal(_ behaviour: TestCard.Behaviour, authenticated: Bool?) -> Refusal? {
        guard behaviour == .asksOwner else { return TestCard.refusal(for: behaviour) }
        guard authenticated == false else { return nil }
        return Refusal(
            status: 402, code: "setup_intent_authentication_failure",
            message: "The latest attempt to set up the payment method has failed because authentication failed.")
    }

    private static func fail(_ id: String, _ refusal: Refusal, method: JSONObject, in books: Books) {
        books.update(id, event: nil) { intent in
            intent["status"] = "requires_payment_method"
            intent["payment_method"] = .null
            intent["next_action"] = .null
            var error = refusal.body.objectValue?.object("error") ?? [:]
            error["payment_method"] = .object(method.visible)
            intent["last_setup_error"] = .object(error)
            intent["latest_attempt"] = .string(Identifier.make("setatt"))
        }
        if let intent = books.find(id) { books.emit("setup_intent.setup_failed", intent) }
    }
}
