import HTTPTypes

/// `POST /v1/invoices/create_preview`: what would be invoiced is really done, looked at, and taken back.
struct InvoicePreview {
    static let operations = [Operation("POST /v1/invoices/create_preview", "invoice", create)]

    private let call: Call
    private let params: JSONObject
    private let books: Books
    private let engine: Engine

    private init(_ call: Call) {
        self.call = call
        params = call.params
        books = call.books
        engine = Engine(books: call.books, account: call.account)
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        let preview = InvoicePreview(call)
        try preview.check()
        var invoice = try call.books.rehearse { () throws(Refusal) -> JSONObject in try preview.invoice() }
        // Nothing of it exists: neither the invoice, nor a page of it, nor a number.
        invoice["id"] = .string("upcoming_" + Identifier.make("in"))
        let lines = invoice.objects("lines", "data").map { line -> JSON in
            var line = line
            line["invoice"] = .string(invoice.id)
            return .object(line)
        }
        invoice.set("lines", "data", to: .array(lines))
        invoice["status"] = "draft"
        for name in ["number", "hosted_invoice_url", "invoice_pdf", "effective_at", "ending_balance"] {
            invoice[name] = .null
        }
        invoice["attempt_count"] = 0
        invoice["attempted"] = false
        invoice.set("status_transitions", "finalized_at", to: .null)
        invoice.set("status_transitions", "paid_at", to: .null)
        invoice["amount_paid"] = 0
        invoice["amount_remaining"] = invoice["amount_due"]
        return .object(invoice)
    }

    private func check() throws(Refusal) {
        for name in ["customer_account", "on_behalf_of"] where params[name] != nil {
            throw .unsupported("\(name) of a preview", param: name)
        }
        for name in ["tax", "tax_ids"] where params.value("customer_details", name) != nil {
            throw .unsupported("\(name) of a preview's customer", param: "customer_details[\(name)]")
        }
        if params["schedule"] != nil || params["schedule_details"] != nil,
            params["subscription_details"] != nil || params["subscription"] != nil
        {
            throw .exclusive("schedule", "subscription")
        }
        for name in ["billing_schedules", "default_tax_rates", "pause", "resume_at"]
        where params.value("subscription_details", name) != nil {
            throw .unsupported("\(name) of a preview", param: "subscription_details[\(name)]")
        }
    }

    private func invoice() throws(Refusal) -> JSONObject {
        if params["schedule"] != nil || params["schedule_details"] != nil { return try ofSchedule() }
        if let id = params.text("subscription") {
            let found = try books.require("subscription", id, param: "subscription")
            guard !Subscriptions.isEnded(found) else { throw Self.none }
            try addItems(to: found)
            return try ofSubscription(found)
        }
        let customer = try customer()
        if params["subscription_details"] != nil { return try ofNew(customer) }
        let open = books.all("subscription").filter {
            $0.text("customer") == customer.id && !Subscriptions.isEnded($0)
        }
        let next = open.min { (Self.periodEnd($0) ?? .max) < (Self.periodEnd($1) ?? .max) }
        if let next {
            try addItems(to: next)
            return try ofSubscription(next)
        }
        throw Self.none
    }

    /// Whom it is for: a customer, with what is said of it instead of what it has, or somebody who is none.
    private func customer() throws(Refusal) -> JSONObject {
        guard let details = params.object("customer_details") else { return try call.customer() }
        guard params["customer"] != nil else { return try Customers.make(call.acting(on: [], with: details)) }
        return try Customers.change(call.acting(on: [try call.customer().id], with: details))
    }

    /// Nothing will be invoiced.
    private static let none = Refusal(
        status: 404, code: "invoice_upcoming_none", message: "No upcoming invoices for customer")

    // MARK: Subscriptions

    private func ofSubscription(_ found: JSONObject) throws(Refusal) -> JSONObject {
        let details = params.object("subscription_details") ?? [:]
        if details.flag("cancel_now") {
            engine.endNow(found, invoices: true, prorates: details.text("proration_behavior") != "none")
            return try newest(found.id, but: found.text("latest_invoice"))
        }
        var changes: JSONObject = ["payment_behavior": "default_incomplete"]
        for name in [
            "items", "proration_behavior", "proration_date", "trial_end", "cancel_at", "cancel_at_period_end",
            "billing_cycle_anchor",
        ] {
            if let value = details[name] { changes[name] = value }
        }
        if let discounts = params["discounts"] { changes["discounts"] = discounts }
        if let taxes = params["automatic_tax"] { changes["automatic_tax"] = taxes }
        if changes.count > 1 {
            let after = try SubscriptionUpdate(call.acting(on: [found.id], with: changes)).perform()
            if after.text("latest_invoice") != found.text("latest_invoice") {
                return try newest(found.id, but: found.text("latest_invoice"))
            }
        }
        return try upcoming(found.id)
    }

    private func ofNew(_ customer: JSONObject) throws(Refusal) -> JSONObject {
        let details = params.object("subscription_details") ?? [:]
        var creation: JSONObject = ["customer": .string(customer.id), "payment_behavior": "default_incomplete"]
        for name in ["items", "trial_end", "cancel_at", "cancel_at_period_end", "proration_behavior", "billing_mode"] {
            if let value = details[name] { creation[name] = value }
        }
        if let anchor = details.whole("billing_cycle_anchor", "timestamp") {
            creation["billing_cycle_anchor"] = .integer(anchor)
        }
        if let discounts = params["discounts"] { creation["discounts"] = discounts }
        if let taxes = params["automatic_tax"] { creation["automatic_tax"] = taxes }
        if let start = details.whole("start_date") {
            let now = books.now(on: customer.text("test_clock"))
            if start > now { travel(to: start, on: customer.text("test_clock")) }
            if start < now { creation["backdate_start_date"] = .integer(start) }
        }
        let made = try SubscriptionCreation(call.acting(on: [], with: creation)).perform()
        if made.text("latest_invoice") != nil { return try newest(made.id, but: nil) }
        return try upcoming(made.id)
    }

    /// What time will bring next.
    private func upcoming(_ id: String) throws(Refusal) -> JSONObject {
        guard let subscription = books.find(id) else { throw Self.none }
        if subscription.text("status") == "paused" { throw Self.none }
        let before = subscription.text("latest_invoice")
        // A first payment that was not made is taken as made: the question is what follows.
        if subscription.text("status") == "incomplete" { books.update(id, event: nil) { $0["status"] = "active" } }
        guard let end = Self.periodEnd(subscription) else { throw Self.none }
        let moment = min(end, subscription.whole("cancel_at") ?? end)
        travel(to: moment, on: subscription.text("test_clock"))
        if let now = books.find(id) { engine.passTime(ofSubscription: now, at: moment) }
        return try newest(id, but: before)
    }

    private func newest(_ id: String, but before: String?) throws(Refusal) -> JSONObject {
        guard let invoice = books.find(id)?.text("latest_invoice"), invoice != before,
            let found = books.find("invoice", invoice)
        else { throw Self.none }
        return found
    }

    private static func periodEnd(_ subscription: JSONObject) -> Int64? {
        subscription.objects("items", "data").compactMap { $0.whole("current_period_end") }.min()
    }

    // MARK: Schedules

    private func ofSchedule() throws(Refusal) -> JSONObject {
        var details = params.object("schedule_details") ?? [:]
        let prorations = details["proration_behavior"]
        details.remove("proration_behavior")
        var schedule: JSONObject
        if let id = params.text("schedule") {
            schedule = try books.require(Schedules.kind, id, noun: "subscription schedule", param: "schedule")
            if params["schedule_details"] != nil {
                if let prorations { details["proration_behavior"] = prorations }
                schedule = try Schedules.change(call.acting(on: [id], with: details))
            }
        } else {
            details["customer"] = params["customer"] ?? .null
            if let start = details.objects("phases").first?.whole("start_date") {
                details["start_date"] = .integer(start)
            }
            schedule = try Schedules.make(call.acting(on: [], with: details))
        }
        if schedule.text("status") == "not_started",
            let start = schedule.objects("phases").first?.whole("start_date")
        {
            travel(to: start, on: schedule.text("test_clock"))
            try engine.start(schedule: schedule)
            schedule = books.find(schedule.id) ?? schedule
            guard let id = schedule.text("subscription") else { throw Self.none }
            return books.find(id)?.text("latest_invoice") == nil ? try upcoming(id) : try newest(id, but: nil)
        }
        guard let id = schedule.text("subscription") else { throw Self.none }
        // One that begins now has its first invoice still as a draft of this very moment.
        if params["schedule"] == nil, books.find(id)?.text("latest_invoice") != nil { return try newest(id, but: nil) }
        return try upcoming(id)
    }

    // MARK: Further items, time

    private func addItems(to subscription: JSONObject) throws(Refusal) {
        for given in params.objects("invoice_items") {
            var item = given
            if item["invoiceitem"] != nil { throw .unsupported("a changed item in a preview", param: "invoice_items") }
            if let price = item["price"] {
                item["pricing"] = ["price": price]
                item.remove("price")
            }
            if let unit = item.whole("unit_amount") {
                item["unit_amount_decimal"] = .string(String(unit))
                item.remove("unit_amount")
            }
            item["customer"] = subscription["customer"]
            try InvoiceItems.add(call.acting(on: [], with: item))
        }
    }

    private func travel(to moment: Int64, on clock: String?) {
        if let clock, books.find(clock) != nil {
            books.update(clock, event: nil) { $0["_now"] = .integer(moment) }
        } else {
            books.world.moment = moment
        }
    }
}
