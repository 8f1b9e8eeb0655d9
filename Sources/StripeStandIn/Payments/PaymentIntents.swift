import HTTPTypes

/// Payment intents: made by invoices, or by whoever charges a card without one.
enum PaymentIntents {
    static let operations = [
        Operation("GET /v1/payment_intents", "payment_intent", list),
        Operation("POST /v1/payment_intents", "payment_intent", create),
        Operation("GET /v1/payment_intents/{intent}", "payment_intent", retrieve),
        Operation("POST /v1/payment_intents/{intent}", "payment_intent", update),
        Operation("POST /v1/payment_intents/{intent}/confirm", "payment_intent", confirm),
        Operation("POST /v1/payment_intents/{intent}/cancel", "payment_intent", cancel),
    ]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        return .list(try filter.within(filter.equal(call.books.all("payment_intent"), "customer")))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer { .object(try intent(call)) }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        let params = call.params
        try refuseUnsupported(params)
        let currency = try Currency.check(params.text("currency") ?? "")
        try checkAmount(params.whole("amount") ?? 0)
        if params["customer"] != nil { _ = try call.customer() }
        try ApplicationFees.check(call)
        if params["off_session"] != nil, !params.flag("confirm") {
            throw .invalid(
                "You cannot set `off_session` when creating a PaymentIntent without also setting `confirm` to true.",
                param: "off_session")
        }
        let method = try method(params.text("payment_method"), customer: params.text("customer"), in: call.books)
        if params.flag("confirm"), method == nil { throw missingMethod }
        var intent = make(amount: params.whole("amount") ?? 0, currency: currency, in: call.books)
        intent.copy(
            [
                "customer", "description", "receipt_email", "setup_future_usage", "statement_descriptor",
                "statement_descriptor_suffix", "application_fee_amount", "transfer_group",
            ], from: params)
        if call.isOnBehalf { intent["application"] = "ca_standin" }
        intent["automatic_payment_methods"] =
            params["automatic_payment_methods"] ?? ["allow_redirects": "always", "enabled": true]
        intent["metadata"] = .object(Metadata.merged(nil, with: params["metadata"]))
        if let method {
            call.books.put(method)
            intent["payment_method"] = .string(method.id)
            intent["status"] = "requires_confirmation"
        }
        call.books.insert(intent, event: "payment_intent.created")
        guard params.flag("confirm"), let method else { return .object(intent) }
        return try attempt(intent.id, method, call)
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer {
        let found = try intent(call)
        let params = call.params
        let labels: Set<String> = ["metadata", "description", "expand", "receipt_email"]
        if ["succeeded", "canceled", "processing"].contains(found.text("status")),
            let name = params.keys.first(where: { !labels.contains($0) })
        {
            throw unexpected(found, "You cannot update \(name) of this PaymentIntent", param: name)
        }
        if let amount = params.whole("amount") { try checkAmount(amount) }
        if params["customer"] != nil { _ = try call.customer() }
        let method = try method(
            params.text("payment_method"), customer: params.text("customer") ?? found.text("customer"), in: call.books)
        return .object(
            call.books.update(found.id, event: nil) { intent in
                for name in ["amount", "customer", "description", "receipt_email", "setup_future_usage"] {
                    guard let value = params[name] else { continue }
                    intent[name] = value.stringValue == "" ? .null : value
                }
                if let method {
                    call.books.put(method)
                    intent["payment_method"] = .string(method.id)
                    if intent.text("status") == "requires_payment_method" { intent["status"] = "requires_confirmation" }
                }
                intent["metadata"] = .object(Metadata.merged(intent.object("metadata"), with: params["metadata"]))
            })
    }

    private static func confirm(_ call: Call) throws(Refusal) -> Answer {
        let found = try intent(call)
        guard ["requires_payment_method", "requires_confirmation", "requires_action"].contains(found.text("status"))
        else { throw unexpected(found, "You cannot confirm this PaymentIntent") }
        let id = call.params.text("payment_method") ?? found.text("payment_method")
        guard let method = try method(id, customer: found.text("customer"), in: call.books) else { throw missingMethod }
        return try attempt(found.id, method, call)
    }

    private static func attempt(_ id: String, _ method: JSONObject, _ call: Call) throws(Refusal) -> Answer {
        // `true`, or the older words for why the owner is away.
        let isOffSession = (call.params.text("off_session") ?? "false") != "false" || call.params.flag("off_session")
        var refusal = Confirmation(books: call.books).confirm(id, with: method, isOffSession: isOffSession)
        let after = call.books.find(id) ?? [:]
        if refusal == nil, after.text("status") == "requires_action", call.params.flag("error_on_requires_action") {
            refusal = TestCard.refusal(for: .asksOwner)
            call.books.update(id, event: nil) { intent in
                if let refusal { Charging.fail(&intent, refusal, method: method, charge: nil) }
            }
        }
        guard var refusal else { return .object(after) }
        let failed = call.books.find(id) ?? after
        refusal.extra["payment_intent"] = .object(failed.visible)
        refusal.extra["payment_method"] = .object(method.visible)
        if let charge = failed.text("last_payment_error", "charge") { refusal.extra["charge"] = .string(charge) }
        throw refusal
    }

    private static func cancel(_ call: Call) throws(Refusal) -> Answer {
        let found = try intent(call)
        if found.text("_invoice") != nil {
            throw .invalid(
                "You cannot cancel this PaymentIntent because it belongs to an invoice; void the invoice instead.",
                code: "payment_intent_unexpected_state")
        }
        guard ["requires_payment_method", "requires_confirmation", "requires_action"].contains(found.text("status"))
        else { throw unexpected(found, "You cannot cancel this PaymentIntent") }
        let canceled = call.books.update(found.id, event: nil) { intent in
            intent["status"] = "canceled"
            intent["canceled_at"] = .integer(call.world.now)
            intent["cancellation_reason"] = .of(call.params.text("cancellation_reason"))
            intent["next_action"] = .null
        }
        call.books.emit("payment_intent.canceled", canceled)
        return .object(canceled)
    }

    // MARK: What others need

    /// A new intent without a card, not yet in the books.
    static func make(amount: Int64, currency: String, in books: Books) -> JSONObject {
        var intent = books.blank("payment_intent", prefix: "pi")
        intent["amount"] = .integer(amount)
        intent["client_secret"] = .string("\(intent.id)_secret_\(Identifier.random(25))")
        intent["currency"] = .string(currency)
        intent["payment_method_types"] = ["card"]
        intent["status"] = "requires_payment_method"
        return intent
    }

    // MARK: Checks

    private static let missingMethod = Refusal.invalid(
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
            + "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a "
            + "payment method.", code: "payment_intent_unexpected_state")

    private static func unexpected(_ intent: JSONObject, _ what: String, param: String? = nil) -> Refusal {
        var refusal = Refusal.invalid(
            "\(what) because it has a status of \(intent.text("status") ?? "").", param: param,
            code: "payment_intent_unexpected_state")
        refusal.extra["payment_intent"] = .object(intent.visible)
        return refusal
    }

    private static func refuseUnsupported(_ params: JSONObject) throws(Refusal) {
        if params["payment_method_types"] != nil {
            throw .invalid(
                "payment_method_types is no longer supported; use automatic_payment_methods, "
                    + "allowed_payment_method_types or excluded_payment_method_types.", param: "payment_method_types",
                code: "payment_method_types_no_longer_supported")
        }
        if let method = params.text("capture_method"), method == "manual" {
            throw .unsupported("capture_method manual", param: "capture_method")
        }
        for name in ["on_behalf_of", "transfer_data", "payment_method_data", "confirmation_token", "mandate"]
        where params[name] != nil {
            throw .unsupported("\(name) on a payment intent", param: name)
        }
    }

    private static func checkAmount(_ amount: Int64) throws(Refusal) {
        guard amount > 0 else {
            throw .invalid(
                "This value must be greater than or equal to 1.", param: "amount", code: "parameter_invalid_integer")
        }
        guard amount <= 99_999_999 else {
            throw .invalid("Amount must be no more than 99999999", param: "amount", code: "amount_too_large")
        }
    }

    /// The card a parameter names, if it may be charged for the customer.
    private static func method(
        _ id: String?, customer: String?, in books: Books
    ) throws(Refusal) -> JSONObject? {
        guard let id else { return nil }
        let method = try PaymentMethods.resolve(id, in: books)
        if method.flag("_detached") {
            throw .invalid(
                "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, "
                    + "shared with a connected account without Customer attachment, or was detached from a Customer. "
                    + "It may not be used again.", param: "payment_method")
        }
        if let owner = method.text("customer"), owner != customer {
            throw .invalid(
                customer == nil
                    ? "The PaymentMethod supplied (\(id)) belongs to a Customer. Please also pass the Customer."
                    : "The PaymentMethod supplied (\(id)) does not belong to the Customer you supplied "
                        + "(\(customer ?? "")).",
                param: "payment_method")
        }
        return method
    }

    private static func intent(_ call: Call) throws(Refusal) -> JSONObject {
        try call.books.require("payment_intent", call.id, noun: "payment_intent", param: "intent")
    }
}
