import HTTPTypes

/// `POST /v1/subscriptions`: everything is checked, and the card tried in thought, before anything is written.
struct SubscriptionCreation {
    private let call: Call
    private let params: JSONObject
    private let books: Books
    private let engine: Engine
    /// Whether the first invoice is a draft for an hour, like a renewal's: so it is when a schedule starts.
    private let drafts: Bool

    init(_ call: Call, drafts: Bool = false) {
        self.call = call
        self.drafts = drafts
        params = call.params
        books = call.books
        engine = Engine(books: call.books, account: call.account)
    }

    /// Creates the subscription with its first invoice; a refusal leaves nothing behind.
    func perform() throws(Refusal) -> JSONObject {
        try refuseUnsupported()
        return try books.attempt { () throws(Refusal) -> JSONObject in try create() }
    }

    private func create() throws(Refusal) -> JSONObject {
        let customer = try call.customer()
        let now = books.now(on: customer.text("test_clock"))
        try checkCombinations(customer, now: now)
        var subscription = books.blank("subscription", prefix: "sub", clock: customer.text("test_clock"))
        if customer.text("test_clock") == nil { subscription["test_clock"] = .null }
        try describe(&subscription, customer: customer, now: now)
        let timing = try SubscriptionTiming(params, now: now)
        var items = try self.items(of: subscription.id, timing: timing)
        let currency = items[0].text("price", "currency") ?? "usd"
        if let known = customer.text("currency"), known != currency {
            throw .invalid(
                "You cannot combine currencies on a single customer. This customer has an active subscription, "
                    + "subscription "
                    + "schedule, discount, quote, or invoice item with currency \(known).", param: "currency")
        }
        subscription["currency"] = .string(currency)
        let discounts = try Discounts.make(
            params["discounts"], subscription: subscription, currency: currency, in: books)
        subscription["discounts"] = .array(discounts.map(JSON.string))
        for index in items.indices { items[index]["_discounts"] = subscription["discounts"] ?? [] }
        subscription["items"] = [
            "object": "list", "data": .array(items.map { .object($0) }), "has_more": false,
            "total_count": .integer(Int64(items.count)),
            "url": .string("/v1/subscription_items?subscription=\(subscription.id)"),
        ]
        timing.write(into: &subscription)
        return try begin(subscription, customer: customer, items: items, timing: timing, now: now)
    }

    // MARK: Checks

    private func refuseUnsupported() throws(Refusal) {
        for name in [
            "billing_cycle_anchor_config", "billing_schedules", "billing_thresholds", "customer_account",
            "default_source", "default_tax_rates", "on_behalf_of", "pending_invoice_item_interval",
            "transfer_data", "trial_from_plan",
        ] where params[name] != nil {
            throw .unsupported("\(name) on a subscription", param: name)
        }
        if params.text("payment_behavior") == "pending_if_incomplete" {
            throw .invalid(
                "`pending_if_incomplete` is only for updates; use `allow_incomplete`, `default_incomplete` or "
                    + "`error_if_incomplete`.", param: "payment_behavior")
        }
        if params["application_fee_percent"] != nil, !call.isOnBehalf {
            throw .invalid(
                "Can only apply an application_fee_percent when the request is made on behalf of another account.",
                param: "application_fee_percent", code: "application_fees_not_allowed")
        }
    }

    private func checkCombinations(_ customer: JSONObject, now: Int64) throws(Refusal) {
        guard !params.objects("items").isEmpty else { throw .missing("items") }
        let sends = params.text("collection_method") == "send_invoice"
        if sends, params["days_until_due"] == nil { throw .missing("days_until_due") }
        if !sends, params["days_until_due"] != nil {
            throw .invalid("days_until_due is only for collection_method=send_invoice.", param: "days_until_due")
        }
        if sends, customer.text("email") == nil { throw Invoices.missingEmail }
        if params["cancel_at"] != nil, params.flag("cancel_at_period_end") {
            throw .exclusive("cancel_at", "cancel_at_period_end")
        }
        if params["trial_end"] != nil, params["trial_period_days"] != nil {
            throw .exclusive("trial_end", "trial_period_days")
        }
        if let end = params.whole("cancel_at"), end <= now {
            throw .invalid("cancel_at must be in the future.", param: "cancel_at")
        }
        if params.flag("automatic_tax", "enabled") { try CustomerTax.requireLocation(customer, in: books) }
        let open = books.all("subscription").lazy.filter {
            $0.text("customer") == customer.id && !Subscriptions.isEnded($0)
        }
        guard open.prefix(500).count < 500 else {
            throw .invalid(
                "Customer \(customer.id) already has the maximum 500 current subscriptions.",
                code: "customer_max_subscriptions")
        }
    }

    private func describe(_ subscription: inout JSONObject, customer: JSONObject, now: Int64) throws(Refusal) {
        subscription["customer"] = .string(customer.id)
        subscription.copy(
            ["application_fee_percent", "collection_method", "days_until_due", "description", "cancel_at_period_end"],
            from: params)
        if let percent = params.text("application_fee_percent") {
            subscription["application_fee_percent"] = Coupons.number(percent)
        }
        if call.isOnBehalf { subscription["application"] = "ca_standin" }
        let mode = params.text("billing_mode", "type") ?? "flexible"
        subscription["billing_mode"] = [
            "flexible": mode == "flexible" ? ["proration_discounts": "included"] : .null, "type": .string(mode),
        ]
        subscription["automatic_tax"] = [
            "disabled_reason": .null, "enabled": .bool(params.flag("automatic_tax", "enabled")),
            "liability": params.flag("automatic_tax", "enabled") ? ["type": "self"] : .null,
        ]
        subscription["cancellation_details"] = ["comment": .null, "feedback": .null, "reason": .null]
        subscription["invoice_settings"] = ["account_tax_ids": .null, "issuer": ["type": "self"]]
        subscription["metadata"] = .object(Metadata.merged(nil, with: params["metadata"]))
        subscription["payment_settings"] = [
            "payment_method_options": .null,
            "payment_method_types": params.value("payment_settings", "payment_method_types") ?? .null,
            "save_default_payment_method": .string(
                params.text("payment_settings", "save_default_payment_method") ?? "off"),
        ]
        subscription["trial_settings"] = [
            "end_behavior": [
                "missing_payment_method": .string(
                    params.text("trial_settings", "end_behavior", "missing_payment_method") ?? "create_invoice")
            ]
        ]
        if let method = params.text("default_payment_method") {
            try PaymentMethods.requireOwned(method, by: customer.id, param: "default_payment_method", in: books)
            subscription["default_payment_method"] = .string(method)
        }
    }

    private func items(of subscription: String, timing: SubscriptionTiming) throws(Refusal) -> [JSONObject] {
        var items: [JSONObject] = []
        for (index, given) in params.objects("items").enumerated() {
            let param = "items[\(index)]"
            let price = try SubscriptionItems.price(given, at: param, in: books)
            items.append(
                try SubscriptionItems.make(
                    price, given: given, subscription: subscription, start: timing.start,
                    end: timing.firstEnd(of: price),
                    at: param, in: books))
        }
        try SubscriptionItems.check(items)
        return items
    }

    // MARK: The beginning

    private func begin(
        _ planned: JSONObject, customer: JSONObject, items: [JSONObject], timing: SubscriptionTiming, now: Int64
    ) throws(Refusal) -> JSONObject {
        var subscription = planned
        let lines = timing.firstLines(items, subscription: subscription, in: books)
        let invoices = !lines.isEmpty || params["add_invoice_items"] != nil
        let due = invoices ? try self.due(of: subscription, lines: lines) : 0
        let sends = subscription.text("collection_method") == "send_invoice"
        let behavior = params.text("payment_behavior") ?? "allow_incomplete"
        let needsPayment = due > 0 && !sends && !drafts
        let method = engine.paymentMethod(for: nil, subscription: subscription)
        if needsPayment, behavior != "default_incomplete" {
            guard let method else { throw Engine.noPaymentMethod }
            if behavior == "error_if_incomplete",
                let refusal = TestCard.refusal(for: PaymentMethods.card(of: method)?.atCharge ?? .succeeds)
            {
                throw refusal
            }
        }
        subscription["status"] = needsPayment ? "incomplete" : timing.trialEnd == nil ? "active" : "trialing"
        subscription["_expires"] = .integer(now + 23 * 3_600)
        if params.text("payment_settings", "save_default_payment_method") == "on_subscription", let method {
            subscription["default_payment_method"] = .string(method.id)
        }
        books.insert(subscription, event: "customer.subscription.created")
        Discounts.announce([], subscription.list("discounts"), in: books)
        if customer.text("currency") == nil {
            books.update(customer.id, event: "customer.updated") { $0["currency"] = subscription["currency"] ?? .null }
        }
        try AddedItems.add(params["add_invoice_items"], to: subscription, in: books)
        if invoices {
            firstInvoice(
                of: subscription, lines: lines, isDraft: sends || drafts, pays: behavior != "default_incomplete")
        }
        return books.find(subscription.id) ?? subscription
    }

    /// What the first invoice will ask for, with everything that comes into it.
    private func due(of subscription: JSONObject, lines: [InvoiceLine]) throws(Refusal) -> Int64 {
        try books.rehearse { () throws(Refusal) -> Int64 in
            try AddedItems.add(params["add_invoice_items"], to: subscription, in: books)
            var draft = InvoiceDraft(
                subscription: subscription, reason: "subscription_create", books: books, account: call.account)
            draft.lines = lines
            draft.takesPendingItems = true
            return draft.write().whole("amount_due") ?? 0
        }
    }

    private func firstInvoice(of subscription: JSONObject, lines: [InvoiceLine], isDraft: Bool, pays: Bool) {
        var draft = InvoiceDraft(
            subscription: subscription, reason: "subscription_create", books: books, account: call.account)
        draft.lines = lines
        draft.takesPendingItems = true
        if isDraft {
            draft.finalizesAt = books.now(on: subscription.text("test_clock")) + books.world.policy.draftSeconds
        }
        let invoice = draft.write()
        books.update(subscription.id, event: nil) { $0["latest_invoice"] = .string(invoice.id) }
        if isDraft { return }
        engine.finalize(invoice.id)
        books.update(invoice.id, event: nil) { if $0.text("status") == "open" { $0["auto_advance"] = true } }
        if pays { _ = engine.attempt(invoice.id, isAutomatic: false) }
    }
}
