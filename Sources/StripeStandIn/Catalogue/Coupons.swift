import HTTPTypes

/// Coupons and the discounts made of them.
enum Coupons {
    static let operations = [
        Operation("GET /v1/coupons", "coupon", list), Operation("POST /v1/coupons", "coupon", create),
        Operation("GET /v1/coupons/{coupon}", "coupon", retrieve),
        Operation("POST /v1/coupons/{coupon}", "coupon", update),
        Operation("DELETE /v1/coupons/{coupon}", "coupon", delete),
    ]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        .list(try ListFilter(params: call.params).within(call.books.all("coupon")))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.require("coupon", call.id))
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        let params = call.params
        if params["percent_off"] != nil, params["amount_off"] != nil { throw .exclusive("percent_off", "amount_off") }
        guard params["percent_off"] != nil || params["amount_off"] != nil else { throw .missing("percent_off") }
        if let percent = params.text("percent_off").flatMap({ DecimalAmount($0) }) {
            guard percent > .zero, percent <= DecimalAmount(100) else {
                throw .invalid("percent_off must be more than 0 and at most 100.", param: "percent_off")
            }
        }
        if params["amount_off"] != nil, params["currency"] == nil { throw .missing("currency") }
        let duration = params.text("duration") ?? "once"
        if (duration == "repeating") != (params["duration_in_months"] != nil) {
            throw .invalid(
                "duration_in_months goes with duration=repeating, and only with it.", param: "duration_in_months")
        }
        if let id = params.text("id"), call.books.find("coupon", id) != nil {
            throw .invalid("Coupon already exists.", param: "id", code: "resource_already_exists")
        }
        var coupon = call.books.blank("coupon", prefix: "x", length: 8)
        coupon["id"] = .string(params.text("id") ?? Identifier.random(8))
        coupon.copy(["amount_off", "duration_in_months", "max_redemptions", "name", "redeem_by"], from: params)
        if let currency = params.text("currency") { coupon["currency"] = .string(try Currency.check(currency)) }
        coupon["percent_off"] = params.text("percent_off").map(Self.number) ?? .null
        coupon["duration"] = .string(duration)
        if let products = params.object("applies_to") {
            for (index, product) in products.list("products").enumerated() {
                _ = try call.books.require(
                    "product", product.stringValue ?? "", param: "applies_to[products][\(index)]")
            }
            coupon["+applies_to"] = .object(products)
        }
        coupon["valid"] = true
        coupon["metadata"] = .object(Metadata.merged(nil, with: params["metadata"]))
        call.books.insert(coupon, event: "coupon.created")
        return .object(coupon)
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("coupon", call.id)
        if call.params["currency_options"] != nil { throw .unsupported("currency_options", param: "currency_options") }
        return .object(
            call.books.update(found.id, event: "coupon.updated") { coupon in
                if let name = call.params["name"] { coupon["name"] = name.stringValue == "" ? .null : name }
                coupon["metadata"] = .object(Metadata.merged(coupon.object("metadata"), with: call.params["metadata"]))
            })
    }

    private static func delete(_ call: Call) throws(Refusal) -> Answer {
        let coupon = try call.books.require("coupon", call.id)
        // What it already gave goes on: the discounts keep it.
        for discount in call.books.all("discount") where discount.text("source", "coupon") == coupon.id {
            var copy = coupon
            copy["valid"] = false
            call.books.update(discount.id, event: nil) { $0.set("source", "+coupon", to: .object(copy)) }
        }
        call.books.remove(coupon.id)
        call.books.emit("coupon.deleted", coupon)
        return .deleted(coupon)
    }

    /// Counts one more use; the last one allowed makes the coupon invalid.
    static func redeem(_ id: String, in books: Books) {
        books.update(id, event: "coupon.updated") { coupon in
            let times = (coupon.whole("times_redeemed") ?? 0) + 1
            coupon["times_redeemed"] = .integer(times)
            if times >= (coupon.whole("max_redemptions") ?? .max) { coupon["valid"] = false }
        }
    }

    /// The coupon of a discount, also when it was deleted since.
    static func of(_ discount: JSONObject, in books: Books) -> JSONObject? {
        discount.text("source", "coupon").flatMap { books.find("coupon", $0) } ?? discount.object("source", "+coupon")
    }

    /// A decimal as Stripe's JSON has it: a bare number.
    static func number(_ text: String) -> JSON {
        let amount = DecimalAmount(text) ?? .zero
        return amount.exactly.map(JSON.integer) ?? .decimal(amount.text)
    }
}
