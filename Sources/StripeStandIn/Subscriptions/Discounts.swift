import HTTPTypes

/// Discounts: coupons at work on a subscription or an invoice.
enum Discounts {
    /// Makes the discounts a call names; those already there are named by `discount`. Returns their ids.
    static func make(
        _ given: JSON?, subscription: JSONObject? = nil, invoice: JSONObject? = nil, currency: String, in books: Books
    ) throws(Refusal) -> [String] {
        let holder = subscription ?? invoice ?? [:]
        var ids: [String] = []
        for (index, entry) in (given?.arrayValue ?? []).compactMap(\.objectValue).enumerated() {
            let param = "discounts[\(index)]"
            if let id = entry.text("discount") {
                ids.append(try books.require("discount", id, param: "\(param)[discount]").id)
                continue
            }
            var code: JSONObject?
            if let id = entry.text("promotion_code") {
                code = try PromotionCodes.redeemable(
                    id, by: holder.text("customer") ?? "", at: "\(param)[promotion_code]", in: books)
            }
            guard let id = code?.text("promotion", "coupon") ?? entry.text("coupon") else {
                throw .missing("\(param)[coupon]")
            }
            let coupon = try books.require("coupon", id, param: "\(param)[coupon]")
            let now = books.now(on: holder.text("test_clock"))
            try check(coupon, currency: currency, at: now, param: "\(param)[coupon]")
            var discount = make(coupon, holder: holder, at: now, in: books)
            discount["promotion_code"] = .of(code?.id)
            books.put(discount)
            Coupons.redeem(coupon.id, in: books)
            if let code {
                books.update(code.id, event: "promotion_code.updated") {
                    $0["times_redeemed"] = .integer(($0.whole("times_redeemed") ?? 0) + 1)
                }
            }
            ids.append(discount.id)
        }
        return ids
    }

    private static func check(
        _ coupon: JSONObject, currency: String, at now: Int64, param: String
    ) throws(Refusal) {
        if let end = coupon.whole("redeem_by"), end < now {
            throw .invalid("Coupon expired: \(coupon.id)", param: param, code: "coupon_expired")
        }
        if let most = coupon.whole("max_redemptions"), (coupon.whole("times_redeemed") ?? 0) >= most {
            throw .invalid(
                "This coupon has been redeemed the maximum number of times.", param: param, code: "coupon_expired")
        }
        if let fixed = coupon.text("currency"), fixed != currency {
            throw .invalid(
                "The coupon `\(coupon.id)` has currency `\(fixed)`, which does not match the expected currency "
                    + "`\(currency)`.", param: param)
        }
    }

    private static func make(_ coupon: JSONObject, holder: JSONObject, at now: Int64, in books: Books) -> JSONObject {
        var discount = books.blank("discount", prefix: "di")
        discount["customer"] = holder["customer"] ?? .null
        discount[holder.kind == "invoice" ? "invoice" : "subscription"] = .string(holder.id)
        discount["source"] = ["coupon": .string(coupon.id), "type": "coupon"]
        discount["start"] = .integer(now)
        if coupon.text("duration") == "repeating" {
            let months = coupon.whole("duration_in_months") ?? 1
            discount["end"] = .integer(CivilDate(seconds: now).adding(months: months).seconds)
        }
        discount["_once"] = .bool(coupon.text("duration") == "once")
        return discount
    }

    /// Takes away discounts whose months are over.
    static func expire(of subscription: String, at now: Int64, in books: Books) {
        guard let before = books.find(subscription)?.list("discounts"), !before.isEmpty else { return }
        let left = before.filter {
            ($0.stringValue.flatMap { books.find("discount", $0) }?.whole("end") ?? .max) > now
        }
        guard left != before else { return }
        books.update(subscription, event: "customer.subscription.updated") { $0["discounts"] = .array(left) }
        announce(before, left, in: books)
    }

    /// Tells which discounts came and which went.
    static func announce(_ before: [JSON], _ after: [JSON], in books: Books) {
        for id in before where !after.contains(id) {
            if let discount = id.stringValue.flatMap({ books.find($0) }) {
                books.emit("customer.discount.deleted", discount)
            }
        }
        for id in after where !before.contains(id) {
            if let discount = id.stringValue.flatMap({ books.find($0) }) {
                books.emit("customer.discount.created", discount)
            }
        }
    }
}
