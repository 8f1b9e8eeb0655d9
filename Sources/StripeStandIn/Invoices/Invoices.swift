import HTTPTypes

/// Invoices: drafted, read, changed and listed here; `InvoiceActions` moves them on.
enum Invoices {
    static let operations = [
        Operation("GET /v1/invoices", "invoice", list), Operation("POST /v1/invoices", "invoice", create),
        Operation("GET /v1/invoices/{invoice}", "invoice", retrieve),
        Operation("POST /v1/invoices/{invoice}", "invoice", update),
        Operation("DELETE /v1/invoices/{invoice}", "invoice", delete),
        Operation("GET /v1/invoices/{invoice}/lines", "invoice", lines),
    ]

    /// An invoice that is to be mailed needs an address.
    static let missingEmail = Refusal.invalid(
        "Missing email. In order to create invoices that are sent to the customer, the customer must have a valid "
            + "email.",
        param: "customer")

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        var found = filter.equal(filter.onClock(call.books.all("invoice")), "customer", "status", "collection_method")
        if let subscription = call.params.text("subscription") {
            found = found.filter { $0.text("_subscription") == subscription }
        }
        return .list(try filter.within(try filter.within(found), "due_date"))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(try current(call))
    }

    /// The invoice a call names, a draft with the use up to now.
    private static func current(_ call: Call) throws(Refusal) -> JSONObject {
        let found = try call.books.require("invoice", call.id)
        return Engine(books: call.books, account: call.account).refresh(draft: found.id) ?? found
    }

    private static func lines(_ call: Call) throws(Refusal) -> Answer {
        .list(try current(call).objects("lines", "data"))
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        let params = call.params
        try refuseUnsupported(params)
        let customer = try call.customer()
        let sends = params.text("collection_method") == "send_invoice"
        if sends {
            if params["days_until_due"] != nil, params["due_date"] != nil {
                throw .exclusive("days_until_due", "due_date")
            }
            guard params["days_until_due"] != nil || params["due_date"] != nil else {
                throw .invalid(
                    "When collection_method is set to send_invoice, you must specify one of days_until_due or "
                        + "due_date.",
                    param: "days_until_due", code: "parameter_missing")
            }
            guard customer.text("email") != nil else { throw missingEmail }
        } else if params["days_until_due"] != nil || params["due_date"] != nil {
            throw .invalid(
                "You can only set days_until_due or due_date when collection_method is set to send_invoice.",
                param: params["due_date"] == nil ? "days_until_due" : "due_date")
        }
        if params["application_fee_amount"] != nil, !call.isOnBehalf {
            throw .invalid(
                "Can only apply an application_fee_amount when the request is made on behalf of another account.",
                param: "application_fee_amount", code: "application_fees_not_allowed")
        }
        if params.flag("automatic_tax", "enabled") { try CustomerTax.requireLocation(customer, in: call.books) }
        if let method = params.text("default_payment_method") {
            try PaymentMethods.requireOwned(method, by: customer.id, param: "default_payment_method", in: call.books)
        }
        let now = call.books.now(on: customer.text("test_clock"))
        var draft = InvoiceDraft(customer: customer, reason: "manual", books: call.books, account: call.account)
        draft.takesPendingItems = params.text("pending_invoice_items_behavior") == "include"
        if params.flag("auto_advance") {
            draft.finalizesAt = params.whole("automatically_finalizes_at") ?? now + call.world.policy.draftSeconds
        }
        draft.fields = try fields(call, customer: customer, now: now)
        return .object(draft.write())
    }

    private static func refuseUnsupported(_ params: JSONObject) throws(Refusal) {
        for name in [
            "account_tax_ids", "customer_account", "default_source", "default_tax_rates", "from_invoice",
            "on_behalf_of",
            "shipping_cost", "shipping_details", "subscription", "transfer_data",
        ] where params[name] != nil {
            throw .unsupported("\(name) on an invoice", param: name)
        }
    }

    private static func fields(_ call: Call, customer: JSONObject, now: Int64) throws(Refusal) -> JSONObject {
        let params = call.params
        var fields: JSONObject = [:]
        fields.copy(
            [
                "collection_method", "default_payment_method", "description", "due_date", "footer", "number",
                "effective_at",
                "statement_descriptor", "custom_fields",
            ], from: params)
        if let days = params.whole("days_until_due") { fields["due_date"] = .integer(now + days * 86_400) }
        if let currency = params.text("currency") { fields["currency"] = .string(try Currency.check(currency)) }
        fields["metadata"] = .object(Metadata.merged(nil, with: params["metadata"]))
        if params.flag("automatic_tax", "enabled") {
            fields["automatic_tax"] = [
                "disabled_reason": .null, "enabled": true, "liability": ["type": "self"], "provider": .null,
                "status": .null,
            ]
        }
        if call.isOnBehalf { fields["application"] = "ca_standin" }
        let currency = fields.text("currency") ?? customer.text("currency") ?? "usd"
        let discounts = try Discounts.make(
            params["discounts"], invoice: ["object": "invoice", "customer": .string(customer.id)], currency: currency,
            in: call.books)
        if !discounts.isEmpty { fields["discounts"] = .array(discounts.map(JSON.string)) }
        return fields
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("invoice", call.id)
        try refuseUnsupported(call.params)
        let always: Set<String> = [
            "metadata", "auto_advance", "default_payment_method", "expand", "description", "footer",
        ]
        if found.text("status") != "draft", let name = call.params.keys.first(where: { !always.contains($0) }) {
            throw .invalid(
                "Finalized invoices can't be updated in this way: \(name)", param: name, code: "invoice_not_editable")
        }
        if let method = call.params.text("default_payment_method"), !method.isEmpty {
            try PaymentMethods.requireOwned(
                method, by: found.text("customer") ?? "", param: "default_payment_method", in: call.books)
        }
        let now = call.books.now(on: found.text("test_clock"))
        return .object(
            call.books.update(found.id, event: "invoice.updated") { invoice in
                for name in [
                    "default_payment_method", "description", "due_date", "footer", "auto_advance", "collection_method",
                ] {
                    guard let value = call.params[name] else { continue }
                    invoice[name] = value.stringValue == "" ? .null : value
                }
                if let days = call.params.whole("days_until_due") {
                    invoice["due_date"] = .integer(now + days * 86_400)
                }
                if let advances = call.params.value("auto_advance")?.boolValue, invoice.text("status") == "draft" {
                    invoice["automatically_finalizes_at"] =
                        advances ? .integer(now + call.world.policy.draftSeconds) : .null
                }
                invoice["metadata"] = .object(
                    Metadata.merged(invoice.object("metadata"), with: call.params["metadata"]))
            })
    }

    private static func delete(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("invoice", call.id)
        guard found.text("status") == "draft", found.text("_subscription") == nil else {
            throw .invalid(
                "You can only delete draft invoices. To void a finalized invoice use POST "
                    + "/v1/invoices/\(found.id)/void.",
                code: "invoice_not_editable")
        }
        for item in call.books.all("invoiceitem") where item.text("invoice") == found.id { call.books.remove(item.id) }
        call.books.remove(found.id)
        call.books.emit("invoice.deleted", found)
        return .deleted(found)
    }
}
