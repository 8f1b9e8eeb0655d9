import HTTPTypes

/// Subscription schedules: subscriptions that begin later, and change by plan.
enum Schedules {
    static let operations = [
        Operation("GET /v1/subscription_schedules", "subscription_schedule", list),
        Operation("POST /v1/subscription_schedules", "subscription_schedule", create),
        Operation("GET /v1/subscription_schedules/{schedule}", "subscription_schedule", retrieve),
        Operation("POST /v1/subscription_schedules/{schedule}", "subscription_schedule", update),
        Operation("POST /v1/subscription_schedules/{schedule}/cancel", "subscription_schedule", cancel),
        Operation("POST /v1/subscription_schedules/{schedule}/release", "subscription_schedule", release),
    ]

    /// Stripe's name of the type.
    static let kind = "subscription_schedule"

    /// Whether it will never do anything more.
    static func isOver(_ schedule: JSONObject) -> Bool {
        !["not_started", "active"].contains(schedule.text("status"))
    }

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        var found = filter.equal(filter.onClock(call.books.all(kind)), "customer")
        if call.params.flag("scheduled") { found = found.filter { $0.text("status") == "not_started" } }
        for name in ["created", "canceled_at", "completed_at", "released_at"] {
            found = try filter.within(found, name)
        }
        return .list(found)
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer { .object(try find(call)) }

    private static func find(_ call: Call) throws(Refusal) -> JSONObject {
        try call.books.require(kind, call.id, noun: "subscription schedule")
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer { .object(try make(call)) }

    /// Makes a schedule; one that begins now begins at once.
    static func make(_ call: Call) throws(Refusal) -> JSONObject {
        if call.params["from_subscription"] != nil { return try wrap(call) }
        let customer = try call.customer()
        let now = call.books.now(on: customer.text("test_clock"))
        let start = call.params.whole("start_date") ?? now
        guard start >= now else {
            throw .unsupported("a schedule that begins in the past", param: "start_date")
        }
        var schedule = try blank(call, customer: customer)
        let phases = SchedulePhases(
            books: call.books, customer: customer, defaults: schedule.object("default_settings") ?? [:])
        schedule["phases"] = .array(
            try phases.make(call.params.objects("phases"), from: start).map { .object($0) })
        schedule["status"] = "not_started"
        let mode = call.params.text("billing_mode", "type") ?? "flexible"
        schedule["billing_mode"] = [
            "flexible": mode == "flexible" ? ["proration_discounts": "included"] : .null, "type": .string(mode),
        ]
        let made = schedule
        return try call.books.attempt { () throws(Refusal) -> JSONObject in
            call.books.insert(made, event: "subscription_schedule.created")
            if start <= now { try Engine(books: call.books, account: call.account).start(schedule: made) }
            return call.books.find(made.id) ?? made
        }
    }

    private static func blank(_ call: Call, customer: JSONObject) throws(Refusal) -> JSONObject {
        for name in ["customer_account", "pause_schedules"] where call.params[name] != nil {
            throw .unsupported("\(name) of a schedule", param: name)
        }
        if call.params.text("end_behavior") == "renew" {
            throw .unsupported("end_behavior renew", param: "end_behavior")
        }
        let clock = customer.text("test_clock")
        var schedule = call.books.blank(kind, prefix: "sub_sched", clock: clock)
        schedule["test_clock"] = .of(clock)
        schedule["customer"] = .string(customer.id)
        schedule["end_behavior"] = .string(call.params.text("end_behavior") ?? "release")
        schedule["metadata"] = .object(Metadata.merged(nil, with: call.params["metadata"]))
        if call.isOnBehalf {
            schedule["application"] = "ca_standin"
            schedule["_caller"] = .string(call.caller.id)
        }
        setDefaults(call.params, of: &schedule)
        return schedule
    }

    private static func setDefaults(_ params: JSONObject, of schedule: inout JSONObject) {
        schedule.set("default_settings", "invoice_settings", "issuer", to: ["type": "self"])
        for (name, value) in params.object("default_settings") ?? [:] {
            switch name {
            case "automatic_tax":
                let isOn = value["enabled"] == true
                schedule.set(
                    "default_settings", "automatic_tax",
                    to: [
                        "disabled_reason": .null, "enabled": .bool(isOn), "liability": isOn ? ["type": "self"] : .null,
                    ])
            case "application_fee_percent":
                schedule.set("default_settings", name, to: Coupons.number(value.text))
            case "invoice_settings":
                for (field, given) in value.objectValue ?? [:] {
                    schedule.set("default_settings", name, field, to: given)
                }
            default: schedule.set("default_settings", name, to: value.stringValue == "" ? .null : value)
            }
        }
    }

    private static func wrap(_ call: Call) throws(Refusal) -> JSONObject {
        for name in call.params.keys where !["from_subscription", "metadata", "expand"].contains(name) {
            throw .invalid(
                "You cannot set `\(name)` if `from_subscription` is set.", param: name, code: "parameters_exclusive")
        }
        let id = call.params.text("from_subscription") ?? ""
        let found = try call.books.require("subscription", id, param: "from_subscription")
        guard !Subscriptions.isEnded(found), found.text("schedule") == nil else {
            throw .invalid(
                "You cannot migrate a subscription that is already attached to a schedule, or has ended.",
                param: "from_subscription")
        }
        let customer = try call.books.require("customer", found.text("customer") ?? "", param: "from_subscription")
        var schedule = try blank(call, customer: customer)
        schedule["billing_mode"] = found["billing_mode"] ?? .null
        schedule["status"] = "active"
        schedule["subscription"] = .string(found.id)
        schedule.set("default_settings", "collection_method", to: found["collection_method"] ?? .null)
        schedule.set("default_settings", "default_payment_method", to: found["default_payment_method"] ?? .null)
        let items = found.objects("items", "data")
        let start = items.compactMap { $0.whole("current_period_start") }.min() ?? 0
        let end = items.compactMap { $0.whole("current_period_end") }.min() ?? 0
        var given: JSONObject = ["end_date": .integer(end), "metadata": found["metadata"] ?? [:]]
        given["items"] = .array(
            items.map { item in
                var named: JSONObject = ["price": item.value("price", "id") ?? .null]
                if let quantity = item["quantity"] { named["quantity"] = quantity }
                return .object(named)
            })
        if found.flag("automatic_tax", "enabled") { given["automatic_tax"] = ["enabled": true] }
        given["discounts"] = .array(found.list("discounts").map { ["discount": $0] })
        let phases = SchedulePhases(
            books: call.books, customer: customer, defaults: schedule.object("default_settings") ?? [:])
        schedule["phases"] = .array(try phases.make([given], from: start).map { .object($0) })
        schedule["current_phase"] = ["start_date": .integer(start), "end_date": .integer(end)]
        call.books.insert(schedule, event: "subscription_schedule.created")
        call.books.update(found.id, event: "customer.subscription.updated") { $0["schedule"] = .string(schedule.id) }
        return schedule
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer { .object(try change(call)) }

    /// Changes a schedule; what it says of the phase under way happens at once.
    static func change(_ call: Call) throws(Refusal) -> JSONObject {
        let found = try find(call)
        try requireLiving(found, "update")
        var changed = found
        if call.params["pause_schedules"] != nil { throw .unsupported("pause_schedules", param: "pause_schedules") }
        if let end = call.params.text("end_behavior") {
            if end == "renew" { throw .unsupported("end_behavior renew", param: "end_behavior") }
            changed["end_behavior"] = .string(end)
        }
        changed["metadata"] = .object(Metadata.merged(found.object("metadata"), with: call.params["metadata"]))
        setDefaults(call.params, of: &changed)
        let customer = try call.books.require("customer", found.text("customer") ?? "", param: "id")
        let now = call.books.now(on: found.text("test_clock"))
        if let given = call.params["phases"] {
            let given = (given.arrayValue ?? []).compactMap(\.objectValue)
            var start = given.first?.whole("start_date") ?? found.objects("phases").first?.whole("start_date") ?? now
            if given.first?.text("start_date") == "now" { start = now }
            if let current = found.object("current_phase") {
                start = given.first?.whole("start_date") ?? current.whole("start_date") ?? start
                guard start == current.whole("start_date") else {
                    throw .invalid(
                        "You can not modify the start date of the current phase.", param: "phases[0][start_date]")
                }
            }
            let phases = SchedulePhases(
                books: call.books, customer: customer, defaults: changed.object("default_settings") ?? [:])
            changed["phases"] = .array(try phases.make(given, from: start).map { .object($0) })
        }
        let after = changed
        let engine = Engine(books: call.books, account: call.account)
        return try call.books.attempt { () throws(Refusal) -> JSONObject in
            call.books.update(found.id, event: "subscription_schedule.updated") { $0 = after }
            if after.text("status") == "not_started" {
                if (after.objects("phases").first?.whole("start_date") ?? .max) <= now {
                    try engine.start(schedule: after)
                }
            } else if call.params["phases"] != nil {
                try engine.applyCurrentPhase(
                    of: after, prorations: call.params.text("proration_behavior") ?? "create_prorations")
            }
            return call.books.find(found.id) ?? after
        }
    }

    private static func cancel(_ call: Call) throws(Refusal) -> Answer {
        let found = try find(call)
        try requireLiving(found, "cancel")
        let engine = Engine(books: call.books, account: call.account)
        let canceled = engine.close(schedule: found.id, as: "canceled", at: "canceled_at")
        call.books.emit("subscription_schedule.canceled", canceled)
        if let id = found.text("subscription"), let subscription = call.books.find(id),
            !Subscriptions.isEnded(subscription)
        {
            engine.endNow(
                subscription, invoices: call.params.value("invoice_now")?.boolValue ?? true,
                prorates: call.params.value("prorate")?.boolValue ?? true)
            engine.cancel(id, reason: "cancellation_requested")
        }
        return .object(call.books.find(found.id) ?? canceled)
    }

    private static func release(_ call: Call) throws(Refusal) -> Answer {
        let found = try find(call)
        try requireLiving(found, "release")
        return .object(Engine(books: call.books, account: call.account).release(schedule: found.id))
    }

    private static func requireLiving(_ schedule: JSONObject, _ what: String) throws(Refusal) {
        guard isOver(schedule) else { return }
        throw .invalid(
            "You cannot \(what) a subscription schedule that is currently in the "
                + "`\(schedule.text("status") ?? "")` status. It must be in `not_started` or `active`.")
    }
}
