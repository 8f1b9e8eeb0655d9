import HTTPTypes

/// `POST /v1/subscriptions/{id}`: fields here, items in `ItemChanges`, what it costs in `SubscriptionBilling`.
struct SubscriptionUpdate {
    private let call: Call
    private let params: JSONObject
    private let books: Books

    init(_ call: Call) {
        self.call = call
        params = call.params
        books = call.books
    }

    /// Changes the subscription; a refusal leaves everything as it was.
    func perform() throws(Refusal) -> JSONObject {
        let found = try books.require("subscription", call.id)
        try SubscriptionRules.check(params, on: found)
        return try books.attempt { () throws(Refusal) -> JSONObject in try change(found) }
    }

    private func change(_ found: JSONObject) throws(Refusal) -> JSONObject {
        let now = books.now(on: found.text("test_clock"))
        let moment = params.whole("proration_date") ?? now
        var changed = found
        try applyPlain(to: &changed)
        try applyEnd(to: &changed)
        var items = ItemChanges(found, in: books)
        if params["items"] != nil { try items.apply(params.objects("items")) }
        items.write(into: &changed)
        if let given = params["discounts"] {
            let ids = try Discounts.make(
                given, subscription: found, currency: found.text("currency") ?? "usd", in: books)
            changed["discounts"] = .array(ids.map(JSON.string))
        }
        let turn = try CycleTurn(params, of: found, items: items, now: now)
        turn.write(into: &changed)
        let after = changed
        books.update(found.id, event: "customer.subscription.updated") { $0 = after }
        Discounts.announce(found.list("discounts"), after.list("discounts"), in: books)
        try AddedItems.add(params["add_invoice_items"], to: after, in: books)
        items.settleUsage()
        let behavior = params.text("proration_behavior") ?? "create_prorations"
        let isBilled = ["active", "past_due", "unpaid"].contains(found.text("status"))
        if behavior != "none", isBilled {
            if turn.isTurned {
                let old = Prorations(found, at: moment, in: books)
                for item in items.before { old.credit(item, among: items.before) }
            } else {
                items.prorate(after, at: moment)
            }
        }
        let billing = SubscriptionBilling(books: books, account: call.account, params: params)
        if turn.isTurned, !(turn.isTrial && found.text("status") == "trialing") {
            return try billing.invoice(after, replacing: found, lines: turn.lines(of: after, before: found, in: books))
        }
        if behavior == "always_invoice", isBilled, !items.changes.isEmpty {
            return try billing.invoice(after, replacing: found, lines: [])
        }
        return books.find(found.id) ?? after
    }

    private func applyPlain(to subscription: inout JSONObject) throws(Refusal) {
        for name in ["collection_method", "days_until_due", "description", "pause_collection"] {
            guard let value = params[name] else { continue }
            subscription[name] = value.stringValue == "" ? .null : value
        }
        if var pause = subscription.object("pause_collection"), pause["resumes_at"] == nil {
            pause["resumes_at"] = .null
            subscription["pause_collection"] = .object(pause)
        }
        if let method = params.text("default_payment_method") {
            try PaymentMethods.requireOwned(
                method, by: subscription.text("customer") ?? "", param: "default_payment_method", in: books)
            subscription["default_payment_method"] = .string(method)
        }
        if let percent = params.text("application_fee_percent") {
            subscription["application_fee_percent"] = percent.isEmpty ? .null : Coupons.number(percent)
        }
        if let enabled = params.value("automatic_tax", "enabled")?.boolValue {
            if enabled, let customer = books.find(subscription.text("customer") ?? "") {
                try CustomerTax.requireLocation(customer, in: books)
            }
            subscription["automatic_tax"] = [
                "disabled_reason": .null, "enabled": .bool(enabled), "liability": enabled ? ["type": "self"] : .null,
            ]
        }
        if let save = params.value("payment_settings", "save_default_payment_method") {
            subscription.set("payment_settings", "save_default_payment_method", to: save)
        }
        if let end = params.value("trial_settings", "end_behavior", "missing_payment_method") {
            subscription.set("trial_settings", "end_behavior", "missing_payment_method", to: end)
        }
        for (name, value) in params.object("cancellation_details") ?? [:] {
            subscription.set("cancellation_details", name, to: value.stringValue == "" ? .null : value)
        }
        subscription["metadata"] = .object(Metadata.merged(subscription.object("metadata"), with: params["metadata"]))
    }

    private func applyEnd(to subscription: inout JSONObject) throws(Refusal) {
        let now = books.now(on: subscription.text("test_clock"))
        let ends = subscription.objects("items", "data").compactMap { $0.whole("current_period_end") }
        if let atPeriodEnd = params.value("cancel_at_period_end")?.boolValue {
            subscription["cancel_at_period_end"] = .bool(atPeriodEnd)
            subscription["cancel_at"] = atPeriodEnd ? .of(ends.min()) : .null
            subscription["canceled_at"] = atPeriodEnd ? .integer(now) : .null
            subscription.set("cancellation_details", "reason", to: atPeriodEnd ? "cancellation_requested" : .null)
        }
        guard let given = params["cancel_at"] else { return }
        var moment = given.integerValue
        if given.stringValue == "min_period_end" { moment = ends.min() }
        if given.stringValue == "max_period_end" { moment = ends.max() }
        if given.stringValue == "max_billed_until" { moment = ends.max() }
        if let moment, moment <= now { throw .invalid("cancel_at must be in the future.", param: "cancel_at") }
        subscription["cancel_at"] = .of(moment)
        subscription["canceled_at"] = moment == nil ? .null : .integer(now)
        subscription["cancel_at_period_end"] = false
        subscription.set("cancellation_details", "reason", to: moment == nil ? .null : "cancellation_requested")
    }
}
