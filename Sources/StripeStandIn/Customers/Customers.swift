import HTTPTypes

/// Customers.
enum Customers {
    static let operations = [
        Operation("GET /v1/customers", "customer", list), Operation("POST /v1/customers", "customer", create),
        Operation("GET /v1/customers/{customer}", "customer", retrieve),
        Operation("POST /v1/customers/{customer}", "customer", update),
        Operation("DELETE /v1/customers/{customer}", "customer", delete),
    ]

    /// Fields taken over as they are given.
    private static let plain = [
        "address", "business_name", "description", "email", "individual_name", "invoice_prefix", "name",
        "next_invoice_sequence",
        "phone", "preferred_locales", "shipping", "tax_exempt", "balance",
    ]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        return .list(try filter.within(filter.equal(filter.onClock(call.books.all("customer")), "email")))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        if let gone = call.books.find("deleted_customer", call.id) {
            return .object(["id": .string(gone.id), "object": "customer", "deleted": true])
        }
        return .object(try call.books.require("customer", call.id))
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer { .object(try make(call)) }

    /// Makes one.
    static func make(_ call: Call) throws(Refusal) -> JSONObject {
        let clock = call.params.text("test_clock")
        if let clock {
            _ = try call.books.require("test_helpers.test_clock", clock, noun: "test clock", param: "test_clock")
        }
        var customer = call.books.blank("customer", prefix: "cus", length: 14, clock: clock)
        for name in ["address", "currency", "default_source", "description", "discount", "name", "phone", "shipping"] {
            customer[name] = .null
        }
        customer["delinquent"] = false
        customer["invoice_prefix"] = .string(Identifier.random(8).uppercased())
        customer["invoice_settings"] = [
            "custom_fields": .null, "default_payment_method": .null, "footer": .null, "rendering_options": .null,
        ]
        customer["next_invoice_sequence"] = 1
        customer["preferred_locales"] = []
        customer["tax_exempt"] = "none"
        customer["test_clock"] = .of(clock)
        try apply(call, to: &customer)
        let method = try attachedMethod(call, to: customer.id)
        try setDefault(call, customer: &customer, attached: method?.id)
        call.books.insert(customer, event: "customer.created")
        if let method { PaymentMethods.attach(method, to: customer.id, in: call.books) }
        return customer
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer { .object(try change(call)) }

    /// Changes one.
    static func change(_ call: Call) throws(Refusal) -> JSONObject {
        let before = try call.books.require("customer", call.id)
        var customer = before
        try apply(call, to: &customer)
        try setDefault(call, customer: &customer, attached: nil)
        let after = customer
        return call.books.update(before.id, event: "customer.updated") { $0 = after }
    }

    private static func delete(_ call: Call) throws(Refusal) -> Answer {
        let customer = try call.books.require("customer", call.id)
        for subscription in call.books.all("subscription") where subscription.text("customer") == customer.id {
            guard !Subscriptions.isEnded(subscription) else { continue }
            Engine(books: call.books, account: call.account).cancel(subscription.id, reason: "cancellation_requested")
        }
        call.books.remove(customer.id)
        call.books.put(["id": .string(customer.id), "object": "deleted_customer"])
        call.books.emit("customer.deleted", customer)
        return .deleted(customer)
    }

    private static func apply(_ call: Call, to customer: inout JSONObject) throws(Refusal) {
        try Email.check(call.params.text("email"))
        for name in plain {
            guard let value = call.params[name] else { continue }
            customer[name] = value.stringValue == "" ? .null : value
        }
        if var address = customer.object("address") {
            for name in ["city", "country", "line1", "line2", "postal_code", "state"] where address[name] == nil {
                address[name] = .null
            }
            customer["address"] = .object(address)
        }
        customer["metadata"] = .object(Metadata.merged(customer.object("metadata"), with: call.params["metadata"]))
        if call.params.text("tax", "validate_location") == "immediately" {
            guard CustomerTax.isLocated(customer) else { throw CustomerTax.unknownLocation("address") }
        }
    }

    /// The payment method given at creation: it is attached, or refused as attaching would be.
    private static func attachedMethod(_ call: Call, to customer: String) throws(Refusal) -> JSONObject? {
        guard let id = call.params.text("payment_method") else { return nil }
        let method = try PaymentMethods.resolve(id, in: call.books)
        try PaymentMethods.checkAttachable(method, to: customer)
        return method
    }

    private static func setDefault(_ call: Call, customer: inout JSONObject, attached: String?) throws(Refusal) {
        guard let settings = call.params.object("invoice_settings") else { return }
        for (name, value) in settings where name != "default_payment_method" {
            customer.set("invoice_settings", name, to: value.stringValue == "" ? .null : value)
        }
        guard let given = settings.text("default_payment_method") else { return }
        if given.isEmpty {
            customer.set("invoice_settings", "default_payment_method", to: .null)
            return
        }
        // `payment_method=pm_card_visa` and the same name as default mean the one method made of it.
        if let attached, given == call.params.text("payment_method") {
            customer.set("invoice_settings", "default_payment_method", to: .string(attached))
            return
        }
        let param = "invoice_settings[default_payment_method]"
        let method = try call.books.require("payment_method", given, noun: "PaymentMethod", param: param)
        guard method.text("customer") == customer.id else {
            throw .invalid(
                "The customer does not have a payment method with the ID \(given). The payment method must be "
                    + "attached to the customer.", param: param, code: "resource_missing")
        }
        customer.set("invoice_settings", "default_payment_method", to: .string(given))
    }
}
