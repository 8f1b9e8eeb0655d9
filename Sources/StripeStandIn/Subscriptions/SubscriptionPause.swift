import HTTPTypes

/// `POST /v1/subscriptions/{id}/pause` and `/resume`: no periods and no invoices meanwhile.
enum SubscriptionPause {
    static let operations = [
        Operation("POST /v1/subscriptions/{subscription}/pause", "subscription", pause),
        Operation("POST /v1/subscriptions/{subscription}/resume", "subscription", resume),
    ]

    private static func pause(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("subscription", call.id)
        guard found.text("billing_mode", "type") == "flexible" else {
            throw .invalid("Only subscriptions with billing_mode=flexible can be paused.")
        }
        guard ["active", "past_due", "trialing"].contains(found.text("status")) else {
            throw .invalid("A subscription with status `\(found.text("status") ?? "")` can't be paused.")
        }
        guard found.text("schedule") == nil, found.text("collection_method") != "send_invoice" else {
            throw .invalid("Subscriptions with a schedule, or that send invoices, can't be paused.")
        }
        let now = call.books.now(on: found.text("test_clock"))
        let prorations = Prorations(found, at: now, in: call.books)
        let items = found.objects("items", "data")
        switch call.params.text("bill_for", "unused_time_from", "type") {
        case "now": for item in items { prorations.credit(item, among: items) }
        case "item_current_period_start":
            throw .unsupported("giving the whole period back", param: "bill_for[unused_time_from][type]")
        default: break
        }
        if call.params.text("bill_for", "outstanding_usage_through", "type") == "now" {
            for item in items where SubscriptionItems.isMetered(item) { prorations.usage(item) }
        }
        if call.params.text("invoicing_behavior") == "invoice" {
            let engine = Engine(books: call.books, account: call.account)
            engine.invoiceWaiting(found)
        }
        let paused = call.books.update(found.id, event: "customer.subscription.updated") { subscription in
            subscription["status"] = "paused"
            subscription["status_details"] = [
                "paused": ["subscription": ["type": "pause_requested"], "type": "subscription"]
            ]
        }
        call.books.emit("customer.subscription.paused", paused)
        return .object(paused)
    }

    private static func resume(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("subscription", call.id)
        guard found.text("status") == "paused" else {
            throw .invalid(
                "This subscription is not paused: only subscriptions with the status `paused` can be resumed.")
        }
        return .object(
            try call.books.attempt { () throws(Refusal) -> JSONObject in try resume(found, call) })
    }

    private static func resume(_ found: JSONObject, _ call: Call) throws(Refusal) -> JSONObject {
        let books = call.books
        let now = books.now(on: found.text("test_clock"))
        let isAnew = call.params.text("billing_cycle_anchor", "type") != "unchanged"
        let anchor = isAnew ? now : found.whole("billing_cycle_anchor") ?? now
        var lines: [InvoiceLine] = []
        let items = found.objects("items", "data").map { item -> JSON in
            var item = item
            let interval = BillingInterval(item.object("price", "recurring") ?? [:])
            if !isAnew, (item.whole("current_period_end") ?? 0) > now { return .object(item) }
            let end = interval.boundary(after: now, anchor: anchor)
            item["current_period_start"] = .integer(now)
            item["current_period_end"] = .integer(end)
            item["billed_until"] = .integer(end)
            item["_discounts"] = found["discounts"] ?? []
            guard !SubscriptionItems.isMetered(item) else { return .object(item) }
            let whole = PriceMath.amount(of: item.object("price") ?? [:], quantity: item.whole("quantity") ?? 1)
            let start = interval.start(before: end, anchor: anchor)
            lines.append(
                .of(
                    item, subscription: found, start: now, end: end,
                    amount: PriceMath.share(of: whole, seconds: end - now, outOf: end - start), in: books))
            return .object(item)
        }
        let resumed = books.update(found.id, event: "customer.subscription.updated") { subscription in
            subscription["status"] = "active"
            subscription["status_details"] = .null
            subscription["billing_cycle_anchor"] = .integer(anchor)
            subscription.set("items", "data", to: .array(items))
        }
        books.emit("customer.subscription.resumed", resumed)
        guard !lines.isEmpty else { return resumed }
        var params: JSONObject = [:]
        if call.params.text("payment_behavior") == "resume_on_payment_success" {
            params["payment_behavior"] = "error_if_incomplete"
        }
        return try SubscriptionBilling(books: books, account: call.account, params: params)
            .invoice(resumed, replacing: found, lines: lines)
    }
}
