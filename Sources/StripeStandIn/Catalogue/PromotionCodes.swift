import HTTPTypes

/// Promotion codes: a coupon under a name a customer can type.
enum PromotionCodes {
    static let operations = [
        Operation("GET /v1/promotion_codes", "promotion_code", list),
        Operation("POST /v1/promotion_codes", "promotion_code", create),
        Operation("GET /v1/promotion_codes/{promotion_code}", "promotion_code", retrieve),
        Operation("POST /v1/promotion_codes/{promotion_code}", "promotion_code", update),
    ]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        var found = try filter.within(filter.equal(call.books.all("promotion_code"), "active", "customer"))
        if let code = call.params.text("code") {
            found = found.filter { $0.text("code")?.lowercased() == code.lowercased() }
        }
        if let coupon = call.params.text("coupon") {
            found = found.filter { $0.text("promotion", "coupon") == coupon }
        }
        return .list(found)
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.require("promotion_code", call.id, noun: "promotion code"))
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        let params = call.params
        guard let id = params.text("promotion", "coupon") else { throw .missing("promotion[coupon]") }
        let coupon = try call.books.require("coupon", id, param: "promotion[coupon]")
        if let customer = params.text("customer") {
            _ = try call.books.require("customer", customer, param: "customer")
        }
        let code = params.text("code") ?? Identifier.random(8).uppercased()
        let isTaken = call.books.all("promotion_code").contains {
            $0.flag("active") && $0.text("code")?.lowercased() == code.lowercased()
                && [nil, params.text("customer")].contains($0.text("customer"))
        }
        guard !isTaken else {
            throw .invalid(
                "An active promotion code with `code: \(code)` already exists.", param: "code",
                code: "resource_already_exists")
        }
        if params.object("restrictions")?.whole("minimum_amount") != nil {
            throw .unsupported("a minimum amount of a promotion code", param: "restrictions[minimum_amount]")
        }
        var made = call.books.blank("promotion_code", prefix: "promo")
        made["active"] = params["active"] ?? true
        made["code"] = .string(code)
        made.copy(["customer", "expires_at", "max_redemptions"], from: params)
        made["promotion"] = ["coupon": .string(coupon.id), "type": "coupon"]
        made["restrictions"] = [
            "first_time_transaction": params.value("restrictions", "first_time_transaction") ?? false,
            "minimum_amount": .null, "minimum_amount_currency": .null,
        ]
        made["metadata"] = .object(Metadata.merged(nil, with: params["metadata"]))
        call.books.insert(made, event: "promotion_code.created")
        return .object(made)
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("promotion_code", call.id, noun: "promotion code")
        if call.params["restrictions"] != nil { throw .unsupported("other restrictions", param: "restrictions") }
        return .object(
            call.books.update(found.id, event: "promotion_code.updated") { code in
                code.copy(["active"], from: call.params)
                code["metadata"] = .object(Metadata.merged(code.object("metadata"), with: call.params["metadata"]))
            })
    }

    /// The code with this id, if a customer may use it now.
    static func redeemable(
        _ id: String, by customer: String, at param: String, in books: Books
    ) throws(Refusal) -> JSONObject {
        let code = try books.require("promotion_code", id, noun: "promotion code", param: param)
        let isOver = (code.whole("expires_at") ?? .max) <= books.world.now
        let isUsedUp = (code.whole("times_redeemed") ?? 0) >= (code.whole("max_redemptions") ?? .max)
        guard code.flag("active"), !isOver, !isUsedUp else {
            throw .invalid("This promotion code is expired or inactive.", param: param, code: "coupon_expired")
        }
        if let owner = code.text("customer"), owner != customer {
            throw .invalid("This promotion code cannot be redeemed by this customer.", param: param)
        }
        if code.flag("restrictions", "first_time_transaction") {
            let hasPaid = books.all("invoice").contains {
                $0.text("customer") == customer && $0.text("status") == "paid" && ($0.whole("amount_paid") ?? 0) > 0
            }
            guard !hasPaid else {
                throw .invalid(
                    "This promotion code cannot be redeemed because the associated customer has prior transactions.",
                    param: param)
            }
        }
        return code
    }
}
