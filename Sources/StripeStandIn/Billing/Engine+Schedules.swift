import HTTPTypes

/// Schedules in the course of time: they begin, go from phase to phase, and end.
extension Engine {
    /// Stripe tells so long before its last phase ends that a schedule will: seven days.
    static let expiryNoticeSeconds: Int64 = 7 * 86_400

    /// Does what is due for a schedule at the moment.
    func passTime(ofSchedule schedule: JSONObject, at now: Int64) {
        switch schedule.text("status") {
        case "not_started":
            guard (schedule.objects("phases").first?.whole("start_date") ?? .max) <= now else { return }
            do {
                try start(schedule: schedule)
            } catch {
                let aborted = close(schedule: schedule.id, as: "canceled", at: "canceled_at")
                books.emit("subscription_schedule.aborted", aborted)
            }
        case "active":
            let last = schedule.objects("phases").last?.whole("end_date") ?? .max
            if last - now <= Self.expiryNoticeSeconds, !schedule.flag("_told_end") {
                let told = books.update(schedule.id, event: nil) { $0["_told_end"] = true }
                if last > now { books.emit("subscription_schedule.expiring", told) }
            }
            guard (schedule.whole("current_phase", "end_date") ?? .max) <= now else { return }
            leavePhase(of: schedule, at: now)
        default: return
        }
    }

    /// Begins: the subscription is made as the first phase says, its first invoice a draft for an hour.
    func start(schedule: JSONObject) throws(Refusal) {
        guard let phase = schedule.objects("phases").first else { return }
        var params = SchedulePhases.params(phase, defaults: schedule.object("default_settings") ?? [:])
        params["customer"] = schedule["customer"]
        params["items"] = .array(SchedulePhases.items(phase).map { .object($0) })
        params["billing_mode"] = ["type": schedule.value("billing_mode", "type") ?? "flexible"]
        params["off_session"] = true
        if let trial = phase.value("trial_end") { params["trial_end"] = trial }
        let made = try SubscriptionCreation(call(of: schedule, params: params), drafts: true).perform()
        books.update(made.id, event: "customer.subscription.updated") { $0["schedule"] = .string(schedule.id) }
        books.update(schedule.id, event: "subscription_schedule.updated") { schedule in
            schedule["status"] = "active"
            schedule["subscription"] = .string(made.id)
            schedule["current_phase"] = Self.span(phase)
        }
    }

    private func leavePhase(of schedule: JSONObject, at now: Int64) {
        let end = schedule.whole("current_phase", "end_date") ?? now
        let next = schedule.objects("phases").first { ($0.whole("start_date") ?? 0) >= end }
        guard let next else {
            guard schedule.text("end_behavior") == "cancel" else {
                release(schedule: schedule.id)
                return
            }
            let completed = close(schedule: schedule.id, as: "completed", at: "completed_at")
            books.emit("subscription_schedule.completed", completed)
            if let subscription = schedule.text("subscription").flatMap({ books.find("subscription", $0) }),
                !Subscriptions.isEnded(subscription)
            {
                endAsPlanned(subscription, at: now)
            }
            return
        }
        let entered = books.update(schedule.id, event: "subscription_schedule.updated") {
            $0["current_phase"] = Self.span(next)
        }
        do {
            try enter(next, of: entered, at: now)
        } catch {
            let aborted = close(schedule: schedule.id, as: "canceled", at: "canceled_at")
            books.emit("subscription_schedule.aborted", aborted)
        }
    }

    /// Moves the subscription into a phase: with its renewal where a period ends here, else as an update would.
    private func enter(_ phase: JSONObject, of schedule: JSONObject, at now: Int64) throws(Refusal) {
        guard let id = schedule.text("subscription"), books.find("subscription", id) != nil else { return }
        let plain = SchedulePhases.params(phase, defaults: schedule.object("default_settings") ?? [:])
        _ = try SubscriptionUpdate(call(of: schedule, params: plain, path: [id])).perform()
        guard let subscription = books.find(id) else { return }
        let old = subscription.objects("items", "data")
        guard old.allSatisfy({ ($0.whole("current_period_end") ?? .max) <= now }) else {
            try applyItems(of: phase, schedule: schedule, prorations: phase.text("proration_behavior") ?? "none")
            return
        }
        if subscription.text("status") == "trialing" { books.update(id, event: nil) { $0["status"] = "active" } }
        var items: [JSONObject] = []
        for (index, given) in SchedulePhases.items(phase).enumerated() {
            if var kept = old.first(where: { $0.value("price", "id") == given["price"] }) {
                if let quantity = given["quantity"] { kept["quantity"] = quantity }
                items.append(kept)
                continue
            }
            let price = try books.require("price", given.text("price") ?? "", param: "phases[\(index)]")
            items.append(
                try SubscriptionItems.make(
                    price, given: given, subscription: id, start: now, end: now, at: "items[\(index)]", in: books))
        }
        let before = Set(old.map { BillingInterval($0.object("price", "recurring") ?? [:]) })
        let isOther = items.contains { !before.contains(BillingInterval($0.object("price", "recurring") ?? [:])) }
        if isOther || phase.text("billing_cycle_anchor") == "phase_start" {
            books.update(id, event: nil) { $0["billing_cycle_anchor"] = .integer(now) }
        }
        renew(id, at: now, next: items)
    }

    /// The current phase was edited: the subscription follows at once.
    func applyCurrentPhase(of schedule: JSONObject, prorations: String) throws(Refusal) {
        guard let start = schedule.whole("current_phase", "start_date"),
            let phase = schedule.objects("phases").first(where: { $0.whole("start_date") == start })
        else { return }
        books.update(schedule.id, event: nil) { $0["current_phase"] = Self.span(phase) }
        guard let id = schedule.text("subscription"), let subscription = books.find("subscription", id) else { return }
        var plain = SchedulePhases.params(phase, defaults: schedule.object("default_settings") ?? [:])
        plain.remove("add_invoice_items")
        let isSame = phase.objects("discounts").count == subscription.list("discounts").count
        if isSame { plain.remove("discounts") }
        _ = try SubscriptionUpdate(call(of: schedule, params: plain, path: [id])).perform()
        try applyItems(of: phase, schedule: schedule, prorations: prorations)
    }

    private func applyItems(of phase: JSONObject, schedule: JSONObject, prorations: String) throws(Refusal) {
        guard let id = schedule.text("subscription"), let subscription = books.find("subscription", id) else { return }
        var left = subscription.objects("items", "data")
        var given: [JSON] = []
        var new: [JSONObject] = []
        for var item in SchedulePhases.items(phase) {
            if let place = left.firstIndex(where: { $0.value("price", "id") == item["price"] }) {
                let old = left.remove(at: place)
                guard old["quantity"] != item["quantity"] else { continue }
                item["id"] = .string(old.id)
                item.remove("price")
                given.append(.object(item))
            } else {
                new.append(item)
            }
        }
        for var item in new {
            if !left.isEmpty { item["id"] = .string(left.removeFirst().id) }
            given.append(.object(item))
        }
        for old in left { given.append(["id": .string(old.id), "deleted": true]) }
        guard !given.isEmpty else { return }
        var params: JSONObject = ["items": .array(given), "proration_behavior": .string(prorations)]
        if phase.text("billing_cycle_anchor") == "phase_start" { params["billing_cycle_anchor"] = ["type": "now"] }
        _ = try SubscriptionUpdate(call(of: schedule, params: params, path: [id])).perform()
    }

    /// Ends a schedule and lets its subscription go on by itself.
    @discardableResult
    func release(schedule id: String) -> JSONObject {
        let subscription = books.find(id)?.text("subscription")
        close(schedule: id, as: "released", at: "released_at")
        let released = books.update(id, event: nil) { schedule in
            schedule["released_subscription"] = .of(subscription)
            schedule["subscription"] = .null
        }
        if let subscription, books.find("subscription", subscription) != nil {
            books.update(subscription, event: "customer.subscription.updated") { $0["schedule"] = .null }
        }
        books.emit("subscription_schedule.released", released)
        return released
    }

    /// Marks a schedule as over.
    @discardableResult
    func close(schedule id: String, as status: String, at moment: String) -> JSONObject {
        books.update(id, event: nil) { schedule in
            schedule["status"] = .string(status)
            schedule[moment] = .integer(books.now(on: schedule.text("test_clock")))
            schedule["current_phase"] = .null
        }
    }

    /// Its subscription ended: so does the schedule.
    func closeSchedule(_ id: String, isAborted: Bool) {
        guard let schedule = books.find(Schedules.kind, id), !Schedules.isOver(schedule) else { return }
        let canceled = close(schedule: id, as: "canceled", at: "canceled_at")
        books.emit("subscription_schedule.\(isAborted ? "aborted" : "canceled")", canceled)
    }

    private func call(of schedule: JSONObject, params: JSONObject, path: [String] = []) -> Call {
        let caller = schedule.text("_caller").flatMap { books.world.accounts[$0] } ?? account
        return Call(
            world: books.world, account: account, caller: caller, books: books, params: params, path: path)
    }

    private static func span(_ phase: JSONObject) -> JSON {
        ["start_date": phase["start_date"] ?? 0, "end_date": phase["end_date"] ?? 0]
    }
}
