import HTTPTypes

/// Discounts: coupons at work on a subscription or an invoice.
enum Discounts {
    /// Makes the discounts a call names; those already there are named by `discount`. Returns their ids.
    static func make(
        _ given: JSON?, subscription: JSONObject? = nil, invoice: JSONObject? = nil, currency: String, in books: Books
    ) throws(Refusal) -> [String] {
        var ids: [String] = []
        for (index, entry) in (given?.arrayValue ?? []).compactMap(\.objectValue).enumerated() {
            let param = "discounts[\(index)]"
            if entry["promotion_code"] != nil {
                throw .unsupported("promotion codes", param: "\(param)[promotion_code]")
            }
            if let id = entry.text("discount") {
                ids.append(try books.require("discount", id, param: "\(param)[discount]").id)
                continue
            }
            guard let id = entry.text("coupon") else { throw .missing("\(param)[coupon]") }
            let coupon = try books.require("coupon", id, param: "\(param)[coupon]")
            try check(coupon, currency: currency, param: "\(param)[coupon]", in: books)
            let discount = make(coupon, holder: subscription ?? invoice ?? [:], in: books)
            books.put(discount)
            books.update(coupon.id, event: "coupon.updated") {
                $0["times_redeemed"] = .integer(($0.whole("times_redeemed") ?? 0) + 1)
            }
            ids.append(discount.id)
        }
        return ids
    }

    private static func check(
        _ coupon: JSONObject, currency: String, param: String, in books: Books
    ) throws(Refusal) {
        if let end = coupon.whole("redeem_by"), end < books.world.now {
            throw .invalid("Coupon expired: \(coupon.id)", param: param, code: "coupon_expired")
        }
        if let most = coupon.whole("max_redemptions"), (coupon.whole("times_redeemed") ?? 0) >= most {
            throw .invalid(
                "This coupon has been redeemed the maximum number of times.", param: param, code: "coupon_expired")
        }
        if let fixed = coupon.text("currency"), fixed != currency {
            throw .invalid(
                "This coupon is for \(fixed), but what it is applied to is in \(currency).", param: param)
        }
    }

    private static func make(_ coupon: JSONObject, holder: JSONObject, in books: Books) -> JSONObject {
        let now = books.now(on: holder.text("test_clock"))
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
        let ended = (books.find(subscription)?.list("discounts") ?? []).compactMap(\.stringValue).filter {
            (books.find("discount", $0)?.whole("end") ?? .max) <= now
        }
        guard !ended.isEmpty else { return }
        books.update(subscription, event: "customer.subscription.updated") { subscription in
            subscription["discounts"] = .array(
                subscription.list("discounts").filter { !ended.contains($0.stringValue ?? "") })
        }
        for id in ended {
            if let discount = books.find(id) { books.emit("customer.discount.deleted", discount) }
        }
    }

    /// Tells that a new subscription has its discounts.
    static func announce(_ subscription: JSONObject, in books: Books) {
        for id in subscription.list("discounts").compactMap(\.stringValue) {
            if let discount = books.find(id) { books.emit("customer.discount.created", discount) }
        }
    }

    /// Takes the discounts of a subscription that was refused away again; gives the refusal back.
    static func undo(_ subscription: JSONObject, _ refusal: Refusal, in books: Books) -> Refusal {
        for id in subscription.list("discounts").compactMap(\.stringValue) {
            if let coupon = books.find(id)?.text("source", "coupon") {
                books.update(coupon, event: nil) {
                    $0["times_redeemed"] = .integer(max(0, ($0.whole("times_redeemed") ?? 1) - 1))
                }
            }
            books.remove(id)
        }
        return refusal
    }
}
