import HTTPTypes

/// `POST /v1/subscriptions/{id}`.
struct SubscriptionUpdate {
    private let call: Call
    private let params: JSONObject
    private let books: Books

    init(_ call: Call) {
        self.call = call
        params = call.params
        books = call.books
    }

    /// Changes the subscription.
    func perform() throws(Refusal) -> JSONObject {
        let found = try books.require("subscription", call.id)
        try check(found)
        var changed = found
        try applyPlain(to: &changed)
        try applyEnd(to: &changed)
        let prorations = params["items"] == nil ? [] : try applyItems(to: &changed)
        let before = found.list("discounts")
        if let given = params["discounts"] {
            let ids = try Discounts.make(
                given, subscription: found, currency: found.text("currency") ?? "usd", in: books)
            changed["discounts"] = .array(ids.map(JSON.string))
        }
        if params.text("trial_end") == "now", found.text("status") == "trialing" {
            changed["trial_end"] = .integer(books.now(on: found.text("test_clock")))
        }
        let after = changed
        books.update(found.id, event: "customer.subscription.updated") { $0 = after }
        for id in before where !after.list("discounts").contains(id) {
            if let discount = id.stringValue.flatMap({ books.find($0) }) {
                books.emit("customer.discount.deleted", discount)
            }
        }
        for id in after.list("discounts") where !before.contains(id) {
            if let discount = id.stringValue.flatMap({ books.find($0) }) {
                books.emit("customer.discount.created", discount)
            }
        }
        try prorate(after, prorations)
        return books.find(found.id) ?? after
    }

    private func check(_ found: JSONObject) throws(Refusal) {
        if Subscriptions.isEnded(found) {
            let allowed: Set<String> = ["metadata", "cancellation_details", "expand"]
            guard params.keys.allSatisfy(allowed.contains) else {
                throw .invalid(
                    "A canceled subscription can only update its cancellation_details and metadata.",
                    param: params.keys.first { !allowed.contains($0) })
            }
        }
        for name in [
            "add_invoice_items", "billing_schedules", "billing_thresholds", "default_source", "default_tax_rates",
            "on_behalf_of",
            "pending_invoice_item_interval", "proration_date", "transfer_data", "trial_from_plan",
        ] where params[name] != nil {
            throw .unsupported("\(name) on a subscription", param: name)
        }
        if params.text("billing_cycle_anchor", "type") == "now" {
            throw .unsupported("resetting the billing cycle", param: "billing_cycle_anchor")
        }
        if params.whole("trial_end") != nil { throw .unsupported("a later trial_end", param: "trial_end") }
        if params.text("payment_behavior") == "pending_if_incomplete" {
            throw .unsupported("pending updates", param: "payment_behavior")
        }
        if params["cancel_at"] != nil, params["cancel_at_period_end"] != nil {
            throw .exclusive("cancel_at", "cancel_at_period_end")
        }
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

    // MARK: Items

    /// A change of an item's price or quantity: what was, what is.
    private struct Change {
        let old: JSONObject?
        let new: JSONObject?
    }

    private func applyItems(to subscription: inout JSONObject) throws(Refusal) -> [Change] {
        var items = subscription.objects("items", "data")
        var changes: [Change] = []
        for (index, given) in params.objects("items").enumerated() {
            let param = "items[\(index)]"
            guard let id = given.text("id") else {
                let price = try SubscriptionItems.price(given, at: param, in: books)
                let now = books.now(on: subscription.text("test_clock"))
                let interval = BillingInterval(price.object("recurring") ?? [:])
                let end = interval.boundary(after: now, anchor: subscription.whole("billing_cycle_anchor") ?? now)
                let item = try SubscriptionItems.make(
                    price, given: given, subscription: subscription.id, start: now, end: end, at: param, in: books)
                items.append(item)
                changes.append(Change(old: nil, new: item))
                continue
            }
            guard let place = items.firstIndex(where: { $0.id == id }) else {
                throw .noSuch("subscription_item", id, param: "\(param)[id]")
            }
            let old = items[place]
            if given.flag("deleted") {
                items.remove(at: place)
                changes.append(Change(old: old, new: nil))
                continue
            }
            items[place] = try changed(old, given: given, at: param)
            changes.append(Change(old: old, new: items[place]))
        }
        guard !items.isEmpty else {
            throw .invalid(
                "A subscription must have at least one active plan. To remove this plan, cancel the subscription.",
                param: "items")
        }
        try SubscriptionItems.check(items)
        subscription.set("items", "data", to: .array(items.map { .object($0) }))
        subscription.set("items", "total_count", to: .integer(Int64(items.count)))
        return changes
    }

    private func changed(_ old: JSONObject, given: JSONObject, at param: String) throws(Refusal) -> JSONObject {
        var item = old
        if given["price"] != nil || given["price_data"] != nil {
            let price = try SubscriptionItems.price(given, at: param, in: books)
            guard price.value("recurring", "interval") == old.value("price", "recurring", "interval"),
                price.value("recurring", "interval_count") == old.value("price", "recurring", "interval_count")
            else { throw .unsupported("a change to a price of another interval", param: "\(param)[price]") }
            item["price"] = .object(price)
            item["plan"] = .object(SubscriptionItems.plan(of: price))
        }
        if let quantity = given["quantity"] { item["quantity"] = quantity }
        item["metadata"] = .object(Metadata.merged(item.object("metadata"), with: given["metadata"]))
        return item
    }

    // MARK: Prorations

    private func prorate(_ subscription: JSONObject, _ changes: [Change]) throws(Refusal) {
        let behavior = params.text("proration_behavior") ?? "create_prorations"
        guard behavior != "none", ["active", "past_due"].contains(subscription.text("status")) else { return }
        let now = books.now(on: subscription.text("test_clock"))
        for change in changes {
            for (item, sign) in [(change.old, Int64(-1)), (change.new, Int64(1))] {
                guard let item else { continue }
                proration(of: item, sign: sign, subscription: subscription, now: now)
            }
        }
        guard behavior == "always_invoice", !changes.isEmpty else { return }
        var draft = InvoiceDraft(
            subscription: subscription, reason: "subscription_update", books: books, account: call.account)
        draft.takesPendingItems = true
        let invoice = draft.write()
        books.update(subscription.id, event: "customer.subscription.updated") {
            $0["latest_invoice"] = .string(invoice.id)
        }
        let engine = Engine(books: books, account: call.account)
        engine.finalize(invoice.id)
        books.update(invoice.id, event: nil) { if $0.text("status") == "open" { $0["auto_advance"] = true } }
        engine.advance(invoice: invoice.id)
    }

    /// The rest of the period of one item, as a credit or a debit waiting for the next invoice.
    private func proration(of item: JSONObject, sign: Int64, subscription: JSONObject, now: Int64) {
        guard let price = item.object("price"), price.text("recurring", "usage_type") != "metered" else { return }
        let start = item.whole("current_period_start") ?? now
        let end = item.whole("current_period_end") ?? now
        let quantity = item.whole("quantity") ?? 1
        let whole = PriceMath.amount(of: price, quantity: quantity)
        let amount = sign * PriceMath.share(of: whole, seconds: max(0, end - now), outOf: end - start)
        guard amount != 0 else { return }
        var waiting = books.blank("invoiceitem", prefix: "ii")
        waiting["amount"] = .integer(amount)
        waiting["currency"] = subscription["currency"] ?? "usd"
        waiting["customer"] = subscription["customer"] ?? .null
        waiting["date"] = .integer(now)
        waiting["description"] = .string(sign < 0 ? "Unused time on \(price.id)" : "Remaining time on \(price.id)")
        waiting["discounts"] = []
        waiting["parent"] = [
            "type": "subscription_details",
            "subscription_details": ["subscription": .string(subscription.id), "subscription_item": .string(item.id)],
        ]
        waiting["period"] = ["end": .integer(end), "start": .integer(now)]
        waiting["pricing"] = InvoiceLine.pricing(of: price)
        waiting["proration"] = true
        waiting["quantity"] = .integer(quantity)
        waiting["quantity_decimal"] = .string(String(quantity))
        waiting["tax_rates"] = []
        waiting["test_clock"] = subscription["test_clock"] ?? .null
        books.insert(waiting, event: "invoiceitem.created")
    }
}
