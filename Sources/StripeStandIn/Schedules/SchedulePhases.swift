import HTTPTypes

/// The phases of a schedule: checked, with every beginning and end worked out.
struct SchedulePhases {
    let books: Books
    let customer: JSONObject
    /// The schedule's `default_settings`.
    let defaults: JSONObject

    /// The phases a call gives, the first one beginning at a moment.
    func make(_ given: [JSONObject], from start: Int64) throws(Refusal) -> [JSONObject] {
        guard !given.isEmpty else { throw .missing("phases") }
        guard given.count <= 10 else {
            throw .invalid("A schedule can have at most 10 current and future phases.", param: "phases")
        }
        var phases: [JSONObject] = []
        var start = start
        var currency: String?
        for (index, given) in given.enumerated() {
            let phase = try make(given, from: start, at: "phases[\(index)]")
            if let currency, currency != phase.text("currency") {
                throw .invalid("All phases must have the same currency.", param: "phases[\(index)]")
            }
            currency = phase.text("currency")
            start = phase.whole("end_date") ?? start
            phases.append(phase)
        }
        return phases
    }

    private func make(_ given: JSONObject, from start: Int64, at param: String) throws(Refusal) -> JSONObject {
        for name in [
            "billing_thresholds", "default_tax_rates", "on_behalf_of", "transfer_data",
        ] where given[name] != nil {
            throw .unsupported("\(name) of a phase", param: "\(param)[\(name)]")
        }
        let (items, prices) = try items(given, at: "\(param)[items]")
        let currency = prices[0].text("currency") ?? "usd"
        if let known = customer.text("currency"), known != currency {
            throw .invalid(
                "You cannot combine currencies on a single customer. This customer has an active subscription, "
                    + "subscription schedule, discount, quote, or invoice item with currency \(known).",
                param: "\(param)[currency]")
        }
        let end = try end(of: given, from: start, price: prices[0], at: param)
        if given.flag("automatic_tax", "enabled") || defaults.flag("automatic_tax", "enabled") {
            try CustomerTax.requireLocation(customer, in: books, param: "\(param)[automatic_tax][enabled]")
        }
        for (name, settings) in [(param, given), ("default_settings", defaults)] {
            guard let method = settings.text("default_payment_method") else { continue }
            try PaymentMethods.requireOwned(
                method, by: customer.id, param: "\(name)[default_payment_method]", in: books)
        }
        var phase: JSONObject = [
            "add_invoice_items": .array(added(given)), "application_fee_percent": .null,
            "billing_cycle_anchor": given["billing_cycle_anchor"] ?? .null, "billing_thresholds": .null,
            "collection_method": given["collection_method"] ?? .null, "currency": .string(currency),
            "default_payment_method": given["default_payment_method"] ?? .null,
            "default_tax_rates": [], "description": given["description"] ?? .null,
            "discounts": .array(try discounts(given, currency: currency, at: param)), "end_date": .integer(end),
            "invoice_settings": given["invoice_settings"] ?? .null, "items": .array(items),
            "metadata": .object(Metadata.merged(nil, with: given["metadata"])), "on_behalf_of": .null,
            "proration_behavior": .string(given.text("proration_behavior") ?? "create_prorations"),
            "start_date": .integer(start), "transfer_data": .null, "trial_end": .null,
        ]
        if let percent = given.text("application_fee_percent") {
            phase["application_fee_percent"] = Coupons.number(percent)
        }
        if given.flag("trial") { phase["trial_end"] = .integer(end) }
        if let trial = given.whole("trial_end") { phase["trial_end"] = .integer(trial) }
        if let enabled = given.value("automatic_tax", "enabled") {
            phase["automatic_tax"] = [
                "disabled_reason": .null, "enabled": enabled, "liability": enabled == true ? ["type": "self"] : .null,
            ]
        }
        return phase
    }

    private func items(_ given: JSONObject, at param: String) throws(Refusal) -> ([JSON], [JSONObject]) {
        var items: [JSON] = []
        var prices: [JSONObject] = []
        for (index, given) in given.objects("items").enumerated() {
            let price = try SubscriptionItems.price(given, at: "\(param)[\(index)]", in: books)
            let isMetered = price.text("recurring", "usage_type") == "metered"
            if isMetered, given["quantity"] != nil {
                throw .invalid(
                    "Quantity should not be specified where usage_type is `metered`.",
                    param: "\(param)[\(index)][quantity]")
            }
            var item: JSONObject = [
                "billing_thresholds": .null, "discounts": [],
                "metadata": .object(Metadata.merged(nil, with: given["metadata"])), "plan": .string(price.id),
                "price": .string(price.id), "tax_rates": [],
            ]
            if !isMetered { item["quantity"] = .integer(given.whole("quantity") ?? 1) }
            items.append(.object(item))
            prices.append(price)
        }
        guard !prices.isEmpty else { throw .missing(param) }
        return (items, prices)
    }

    private func end(
        of given: JSONObject, from start: Int64, price: JSONObject, at param: String
    ) throws(Refusal) -> Int64 {
        if given["end_date"] != nil, given["duration"] != nil {
            throw .exclusive("\(param)[end_date]", "\(param)[duration]")
        }
        if let end = given.whole("end_date") {
            guard end > start else {
                throw .invalid("The end of a phase must lie after its start.", param: "\(param)[end_date]")
            }
            return end
        }
        // Without an end a phase lasts for one period of its first price.
        let length = given.object("duration") ?? price.object("recurring") ?? [:]
        return BillingInterval(length).moment(1, after: start)
    }

    private func discounts(_ given: JSONObject, currency: String, at param: String) throws(Refusal) -> [JSON] {
        var discounts: [JSON] = []
        for (index, entry) in given.objects("discounts").enumerated() {
            let at = "\(param)[discounts][\(index)]"
            if let id = entry.text("coupon") {
                let coupon = try books.require("coupon", id, param: "\(at)[coupon]")
                if let fixed = coupon.text("currency"), fixed != currency {
                    throw .invalid(
                        "The coupon `\(id)` has currency `\(fixed)`, which does not match the expected currency "
                            + "`\(currency)`.", param: "\(at)[coupon]")
                }
            }
            if let code = entry.text("promotion_code") {
                _ = try PromotionCodes.redeemable(code, by: customer.id, at: "\(at)[promotion_code]", in: books)
            }
            discounts.append([
                "coupon": entry["coupon"] ?? .null, "discount": entry["discount"] ?? .null,
                "promotion_code": entry["promotion_code"] ?? .null,
            ])
        }
        return discounts
    }

    private func added(_ given: JSONObject) -> [JSON] {
        given.objects("add_invoice_items").map { item in
            [
                "discountable": item["discountable"] ?? .null, "discounts": [],
                "metadata": .object(Metadata.merged(nil, with: item["metadata"])),
                "period": ["end": ["type": "phase_end"], "start": ["type": "phase_start"]],
                "price": item["price"] ?? .null, "quantity": item["quantity"] ?? 1, "tax_rates": [],
            ]
        }
    }

    /// What a phase says of its subscription, as parameters of a call; items are left to the caller.
    static func params(_ phase: JSONObject, defaults: JSONObject) -> JSONObject {
        var params: JSONObject = [:]
        for name in [
            "collection_method", "default_payment_method", "description", "application_fee_percent",
        ] {
            if let value = phase.value(name) ?? defaults.value(name) { params[name] = value }
        }
        if let percent = params["application_fee_percent"] { params["application_fee_percent"] = .string(percent.text) }
        if let days = phase.value("invoice_settings", "days_until_due")
            ?? defaults.value(
                "invoice_settings", "days_until_due")
        {
            params["days_until_due"] = days
        }
        let taxes = phase.value("automatic_tax", "enabled") ?? defaults.value("automatic_tax", "enabled")
        if let taxes { params["automatic_tax"] = ["enabled": taxes] }
        if let metadata = phase.object("metadata"), metadata.contains(where: { _ in true }) {
            params["metadata"] = .object(metadata)
        }
        let discounts = phase.objects("discounts").map { entry -> JSON in
            var named: JSONObject = [:]
            for name in ["coupon", "discount", "promotion_code"] {
                if let value = entry.value(name) { named[name] = value }
            }
            return .object(named)
        }
        if !discounts.isEmpty { params["discounts"] = .array(discounts) }
        let added = phase.objects("add_invoice_items").map { item -> JSON in
            var named: JSONObject = [:]
            for name in ["price", "quantity", "discountable", "metadata"] {
                if let value = item.value(name) { named[name] = value }
            }
            return .object(named)
        }
        if !added.isEmpty { params["add_invoice_items"] = .array(added) }
        return params
    }

    /// The items of a phase as parameters.
    static func items(_ phase: JSONObject) -> [JSONObject] {
        phase.objects("items").map { item in
            var given: JSONObject = ["price": item["price"] ?? .null, "metadata": item["metadata"] ?? [:]]
            if let quantity = item["quantity"] { given["quantity"] = quantity }
            return given
        }
    }
}
