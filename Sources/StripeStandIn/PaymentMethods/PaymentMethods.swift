import HTTPTypes

/// Saved cards.
enum PaymentMethods {
    static let operations = [
        Operation("GET /v1/payment_methods", "payment_method", list),
        Operation("POST /v1/payment_methods", "payment_method", create),
        Operation("GET /v1/payment_methods/{payment_method}", "payment_method", retrieve),
        Operation("POST /v1/payment_methods/{payment_method}", "payment_method", update),
        Operation("POST /v1/payment_methods/{payment_method}/attach", "payment_method", attach),
        Operation("POST /v1/payment_methods/{payment_method}/detach", "payment_method", detach),
        Operation("GET /v1/customers/{customer}/payment_methods", "payment_method", listOfCustomer),
    ]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        guard let customer = call.params.text("customer") else { return .list([]) }
        _ = try call.books.require("customer", customer, param: "customer")
        return .list(ListFilter(params: call.params).equal(attached(to: customer, in: call.books), "type"))
    }

    private static func listOfCustomer(_ call: Call) throws(Refusal) -> Answer {
        let customer = try call.books.require("customer", call.id, param: "customer")
        return .list(ListFilter(params: call.params).equal(attached(to: customer.id, in: call.books), "type"))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer { .object(try method(call)) }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        let card: TestCard?
        if let number = call.params.text("card", "number") {
            card = TestCard.of(number: number)
            try checkExpiry(
                year: call.params.whole("card", "exp_year"), month: call.params.whole("card", "exp_month"), call.world)
        } else {
            card = call.params.text("card", "token").flatMap { TestCard.of(token: "pm_card_" + $0.dropFirst(4)) }
        }
        guard let card else { throw incorrectNumber }
        var method = make(
            card, in: call.books, year: call.params.whole("card", "exp_year"),
            month: call.params.whole("card", "exp_month"))
        method.copy(["allow_redisplay"], from: call.params)
        for (name, value) in call.params.object("billing_details") ?? [:] {
            method.set("billing_details", name, to: value)
        }
        method["metadata"] = .object(Metadata.merged(nil, with: call.params["metadata"]))
        call.books.put(method)
        return .object(method)
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer {
        let found = try method(call)
        guard found.text("customer") != nil else {
            throw .invalid(
                "You must save this PaymentMethod to a customer before you can update it.", param: "payment_method")
        }
        return .object(
            call.books.update(found.id, event: "payment_method.updated") { method in
                for (name, value) in call.params.object("billing_details") ?? [:] {
                    method.set("billing_details", name, to: value.stringValue == "" ? .null : value)
                }
                for name in ["exp_month", "exp_year"] {
                    if let value = call.params.value("card", name) { method.set("card", name, to: value) }
                }
                method.copy(["allow_redisplay"], from: call.params)
                method["metadata"] = .object(Metadata.merged(method.object("metadata"), with: call.params["metadata"]))
            })
    }

    private static func attach(_ call: Call) throws(Refusal) -> Answer {
        let found = try resolve(call.id, in: call.books, param: "id")
        let customer = try call.customer()
        try checkAttachable(found, to: customer.id)
        return .object(attach(found, to: customer.id, in: call.books))
    }

    private static func detach(_ call: Call) throws(Refusal) -> Answer {
        let found = try method(call)
        guard let customer = found.text("customer") else {
            throw .invalid(
                "The payment method you provided is not attached to a customer so detachment is impossible.",
                param: "payment_method")
        }
        let changed = call.books.update(found.id, event: nil) { method in
            method["customer"] = .null
            method["_detached"] = true
        }
        call.books.update(customer, event: "customer.updated") { customer in
            if customer.text("invoice_settings", "default_payment_method") == found.id {
                customer.set("invoice_settings", "default_payment_method", to: .null)
            }
        }
        call.books.emit("payment_method.detached", changed, previous: ["customer": .string(customer)])
        return .object(changed)
    }

    private static func method(_ call: Call) throws(Refusal) -> JSONObject {
        try call.books.require("payment_method", call.id, noun: "PaymentMethod")
    }

    // MARK: What others need of cards

    /// A typed number no issuer knows.
    static let incorrectNumber = Refusal(
        status: 402, type: "card_error", code: "incorrect_number",
        message: "Your card number is incorrect. (stripe-stand-in knows Stripe's test cards only.)", param: "number")

    /// Refuses a card that ran out.
    static func checkExpiry(year: Int64?, month: Int64?, _ world: World) throws(Refusal) {
        let today = CivilDate(seconds: world.now)
        guard let year, let month else { return }
        let whole = year < 100 ? 2_000 + year : year
        guard (1...12).contains(month) else {
            throw Refusal(
                status: 402, type: "card_error", code: "invalid_expiry_month",
                message: "Your card's expiration month is invalid.", param: "exp_month")
        }
        guard (whole, month) >= (today.year, today.month) else {
            throw Refusal(
                status: 402, type: "card_error", code: "invalid_expiry_year",
                message: "Your card's expiration year is invalid.", param: "exp_year")
        }
    }

    /// The methods saved for a customer, newest first.
    static func attached(to customer: String, in books: Books) -> [JSONObject] {
        books.all("payment_method").filter { $0.text("customer") == customer }
    }

    /// The method with this id; with test keys a name like `pm_card_visa` makes a new one.
    static func resolve(_ id: String, in books: Books, param: String = "payment_method") throws(Refusal) -> JSONObject {
        if let card = TestCard.of(token: id) {
            guard !books.isLive else {
                throw .invalid(
                    "No such PaymentMethod: '\(id)'; a similar object exists in test mode, but a live mode key was "
                        + "used to make this request.", param: param, code: "resource_missing")
            }
            return make(card, in: books)
        }
        return try books.require("payment_method", id, noun: "PaymentMethod", param: param)
    }

    /// A new method for a card, not yet in the books.
    static func make(_ card: TestCard, in books: Books, year: Int64? = nil, month: Int64? = nil) -> JSONObject {
        var method = books.blank("payment_method", prefix: "pm")
        let exp = year.map { $0 < 100 ? 2_000 + $0 : $0 } ?? CivilDate(seconds: books.world.now).year + 5
        method["type"] = "card"
        method["allow_redisplay"] = "unspecified"
        method["billing_details"] = [
            "address": [
                "city": .null, "country": .null, "line1": .null, "line2": .null, "postal_code": .null, "state": .null,
            ], "email": .null, "name": .null, "phone": .null, "tax_id": .null,
        ]
        method["card"] = [
            "brand": .string(card.brand),
            "checks": ["address_line1_check": .null, "address_postal_code_check": .null, "cvc_check": "pass"],
            "country": "US", "display_brand": .string(card.brand), "exp_month": .integer(month ?? 12),
            "exp_year": .integer(exp), "fingerprint": .string(String(card.token.hashedLetters.prefix(16))),
            "funding": .string(card.token.hasSuffix("debit") ? "debit" : "credit"), "generated_from": .null,
            "last4": .string(card.last4),
            "networks": ["available": [.string(card.brand)], "preferred": .null], "regulated_status": "unregulated",
            "three_d_secure_usage": ["supported": true], "wallet": .null,
        ]
        method["_card"] = .string(card.token)
        return method
    }

    /// The test card behind a method.
    static func card(of method: JSONObject) -> TestCard? { method.text("_card").flatMap(TestCard.of(token:)) }

    /// Refuses what Stripe does not attach: methods of others, used ones, and cards that decline.
    static func checkAttachable(_ method: JSONObject, to customer: String) throws(Refusal) {
        if method.flag("_detached") {
            throw .invalid(
                "This PaymentMethod was previously used without being attached to a Customer or was detached from a "
                    + "Customer, and may not be used again.")
        }
        if let owner = method.text("customer"), owner != customer {
            throw .invalid(
                "The payment method you provided has already been attached to a customer.", param: "payment_method",
                code: "payment_method_unexpected_state")
        }
        guard let card = card(of: method), card.atSetup != .asksOwner else { return }
        if let refusal = TestCard.refusal(for: card.atSetup) { throw refusal }
    }

    /// Saves a method for a customer.
    @discardableResult
    static func attach(_ method: JSONObject, to customer: String, in books: Books) -> JSONObject {
        if method.text("customer") == customer, books.find(method.id) != nil { return method }
        var attached = method
        attached["customer"] = .string(customer)
        books.insert(attached, event: "payment_method.attached")
        return attached
    }

    /// Refuses a method that is not saved for the customer.
    static func requireOwned(_ id: String, by customer: String, param: String, in books: Books) throws(Refusal) {
        let method = try books.require("payment_method", id, noun: "PaymentMethod", param: param)
        guard method.text("customer") == customer else {
            throw .invalid(
                "The customer does not have a payment method with the ID \(id). The payment method must be attached "
                    + "to the customer.", param: param, code: "resource_missing")
        }
    }
}
