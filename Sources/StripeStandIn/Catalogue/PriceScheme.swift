import HTTPTypes

/// How a price reckons: per unit, in packages or in tiers, once or again and again.
enum PriceScheme {
    /// Sets the amounts of a price from the parameters, refusing contradictions.
    static func apply(_ data: JSONObject, to price: inout JSONObject) throws(Refusal) {
        let isTiered = data.text("billing_scheme") == "tiered"
        price["billing_scheme"] = isTiered ? "tiered" : "per_unit"
        if isTiered {
            try applyTiers(data, to: &price)
            return
        }
        if data["tiers"] != nil || data["tiers_mode"] != nil {
            throw .invalid("You must set `billing_scheme=tiered` to use tiers.", param: "tiers")
        }
        let amount = try amount(data, "unit_amount", at: "")
        guard let amount else {
            throw .invalid(
                "Missing required param: unit_amount. One of unit_amount, unit_amount_decimal or custom_unit_amount "
                    + "is needed.",
                param: "unit_amount", code: "parameter_missing")
        }
        guard amount >= .zero else {
            throw .invalid("Invalid non-negative integer", param: "unit_amount", code: "parameter_invalid_integer")
        }
        if let exact = amount.exactly {
            try Currency.check(exact, in: price.text("currency") ?? "", at: "unit_amount")
        }
        price["unit_amount"] = .of(amount.exactly)
        price["unit_amount_decimal"] = .string(amount.text)
        guard let transform = data.object("transform_quantity") else { return }
        guard (transform.whole("divide_by") ?? 0) > 0 else {
            throw .invalid(
                "Invalid positive integer", param: "transform_quantity[divide_by]", code: "parameter_invalid_integer")
        }
        price["transform_quantity"] = .object(transform)
    }

    private static func applyTiers(_ data: JSONObject, to price: inout JSONObject) throws(Refusal) {
        guard let mode = data.text("tiers_mode") else { throw .missing("tiers_mode") }
        let given = data.objects("tiers")
        guard !given.isEmpty else { throw .missing("tiers") }
        for name in ["unit_amount", "unit_amount_decimal", "transform_quantity"] where data[name] != nil {
            throw .exclusive(name, "tiers")
        }
        var tiers: [JSON] = []
        var below: Int64 = 0
        for (index, tier) in given.enumerated() {
            let at = "tiers[\(index)]"
            let isLast = index == given.count - 1
            let upTo = tier.whole("up_to") ?? tier.text("up_to").flatMap(Int64.init)
            guard isLast == (upTo == nil) else {
                throw .invalid(
                    isLast
                        ? "The last tier must have `up_to` set to `inf`." : "Only the last tier may have `up_to=inf`.",
                    param: "\(at)[up_to]")
            }
            if let upTo {
                guard upTo > below else {
                    throw .invalid("Tier boundaries must rise from tier to tier.", param: "\(at)[up_to]")
                }
                below = upTo
            }
            let unit = try amount(tier, "unit_amount", at: at)
            let flat = try amount(tier, "flat_amount", at: at)
            for (name, value) in [("unit_amount", unit), ("flat_amount", flat)] {
                guard let value else { continue }
                guard value >= .zero else {
                    throw .invalid(
                        "Invalid non-negative integer", param: "\(at)[\(name)]", code: "parameter_invalid_integer")
                }
                if let exact = value.exactly {
                    try Currency.check(exact, in: price.text("currency") ?? "", at: "\(at)[\(name)]")
                }
            }
            guard unit != nil || flat != nil else {
                throw .invalid("Each tier needs at least one of flat_amount and unit_amount.", param: at)
            }
            tiers.append([
                "flat_amount": .of(flat?.exactly), "flat_amount_decimal": .of(flat?.text),
                "unit_amount": .of(unit?.exactly), "unit_amount_decimal": .of(unit?.text), "up_to": .of(upTo),
            ])
        }
        price["tiers_mode"] = .string(mode)
        price["+tiers"] = .array(tiers)
        price["unit_amount"] = .null
        price["unit_amount_decimal"] = .null
    }

    private static func amount(_ holder: JSONObject, _ name: String, at: String) throws(Refusal) -> DecimalAmount? {
        let decimal = holder.text(name + "_decimal")
        if holder[name] != nil, decimal != nil {
            let path = at.isEmpty ? name : "\(at)[\(name)]"
            throw .exclusive(path, at.isEmpty ? name + "_decimal" : "\(at)[\(name)_decimal]")
        }
        if let decimal { return DecimalAmount(decimal) }
        return holder.whole(name).map { DecimalAmount($0) }
    }

    /// `recurring` of a price.
    static func recurring(_ given: JSONObject, in books: Books) throws(Refusal) -> JSONObject {
        let usage = given.text("usage_type") ?? "licensed"
        let meter = given.text("meter")
        if usage == "metered", meter == nil {
            throw .invalid(
                "Metered prices must be backed by a meter: pass `recurring[meter]`.", param: "recurring[meter]",
                code: "parameter_missing")
        }
        if let meter {
            guard usage == "metered" else {
                throw .invalid(
                    "`recurring[meter]` needs `recurring[usage_type]=metered`.", param: "recurring[usage_type]")
            }
            let found = try books.require("billing.meter", meter, noun: "meter", param: "recurring[meter]")
            guard found.text("status") == "active" else {
                throw .invalid(
                    "The meter \(meter) is inactive. Only active meters can back a price.", param: "recurring[meter]")
            }
        }
        let interval = given.text("interval") ?? "month"
        let count = given.whole("interval_count") ?? 1
        let most: Int64 = ["day": 1_095, "week": 156, "month": 36, "year": 3][interval] ?? 36
        guard (1...most).contains(count) else {
            throw .invalid(
                "The maximum of three years between billings was exceeded, or the count is below one.",
                param: "recurring[interval_count]")
        }
        return [
            "interval": .string(interval), "interval_count": .integer(count), "meter": .of(meter),
            "trial_period_days": .null, "usage_type": .string(usage),
        ]
    }
}
