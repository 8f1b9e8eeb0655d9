import HTTPTypes

/// What a quantity of a price costs: the stand-in's own arithmetic, shared with nothing of the product.
enum PriceMath {
    /// The amount of one invoice line in minor units, rounded once.
    static func amount(of price: JSONObject, quantity: Int64) -> Int64 {
        exact(of: price, quantity: quantity).rounded(toStep: Currency.step(of: price.text("currency") ?? ""))
    }

    private static func exact(of price: JSONObject, quantity: Int64) -> DecimalAmount {
        if price.text("billing_scheme") == "tiered" {
            let tiers = price.objects("+tiers")
            return price.text("tiers_mode") == "volume"
                ? volume(tiers, quantity: quantity) : graduated(tiers, quantity: quantity)
        }
        return unit(price) * billed(quantity, by: price.object("transform_quantity"))
    }

    /// The unit amount of a price or a tier.
    static func unit(_ holder: JSONObject) -> DecimalAmount { decimal(holder, "unit_amount") }

    private static func decimal(_ holder: JSONObject, _ name: String) -> DecimalAmount {
        if let text = holder.text(name + "_decimal"), let amount = DecimalAmount(text) { return amount }
        return DecimalAmount(holder.whole(name) ?? 0)
    }

    private static func billed(_ quantity: Int64, by transform: JSONObject?) -> Int64 {
        guard let transform, let divisor = transform.whole("divide_by"), divisor > 0 else { return quantity }
        let (packages, rest) = quantity.quotientAndRemainder(dividingBy: divisor)
        return packages + (transform.text("round") == "up" && rest > 0 ? 1 : 0)
    }

    /// All units at the price of the tier the quantity reaches.
    private static func volume(_ tiers: [JSONObject], quantity: Int64) -> DecimalAmount {
        guard let tier = tiers.first(where: { quantity <= ($0.whole("up_to") ?? .max) }) ?? tiers.last else {
            return .zero
        }
        return unit(tier) * quantity + decimal(tier, "flat_amount")
    }

    /// Every unit at the price of its own tier; a tier's flat amount counts as soon as one unit is in it.
    private static func graduated(_ tiers: [JSONObject], quantity: Int64) -> DecimalAmount {
        var total = DecimalAmount.zero
        var below: Int64 = 0
        for (index, tier) in tiers.enumerated() {
            let upTo = min(tier.whole("up_to") ?? .max, quantity)
            let isReached = quantity > below || (index == 0 && quantity == 0)
            guard isReached else { break }
            total = total + unit(tier) * max(0, upTo - below) + decimal(tier, "flat_amount")
            below = upTo
        }
        return total
    }

    /// What a price costs over a span that may hold several of its intervals and a part of one.
    static func amount(of whole: Int64, from start: Int64, until end: Int64, by interval: BillingInterval) -> Int64 {
        var intervals: Int64 = 0
        while interval.moment(intervals + 1, after: start) <= end { intervals += 1 }
        let begun = interval.moment(intervals, after: start)
        let next = interval.moment(intervals + 1, after: start)
        return whole * intervals + share(of: whole, seconds: end - begun, outOf: next - begun)
    }

    /// The part of an amount that belongs to a part of a period, rounded half away from zero.
    static func share(of amount: Int64, seconds: Int64, outOf whole: Int64) -> Int64 {
        guard whole > 0 else { return amount }
        let product = Int128(amount) * Int128(seconds)
        let half = Int128(whole) / 2
        return Int64((product >= 0 ? product + half : product - half) / Int128(whole))
    }
}
