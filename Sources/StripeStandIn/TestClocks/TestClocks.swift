import HTTPTypes

/// Test clocks: months in a second, for the customers made on them.
enum TestClocks {
    static let operations = [
        Operation("GET /v1/test_helpers/test_clocks", "billing_clock", list),
        Operation("POST /v1/test_helpers/test_clocks", "billing_clock", create),
        Operation("GET /v1/test_helpers/test_clocks/{test_clock}", "billing_clock", retrieve),
        Operation("DELETE /v1/test_helpers/test_clocks/{test_clock}", "billing_clock", delete),
        Operation("POST /v1/test_helpers/test_clocks/{test_clock}/advance", "billing_clock", advance),
    ]

    private static let kind = "test_helpers.test_clock"

    private static func list(_ call: Call) -> Answer { .list(call.books.all(kind)) }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer { .object(try clock(call)) }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        guard !call.books.isLive else {
            throw .invalid("Test clocks can only be used in test mode.", code: "testmode_charges_only")
        }
        guard let moment = call.params.whole("frozen_time"), moment > 0 else {
            throw .invalid("Invalid timestamp", param: "frozen_time")
        }
        var clock = call.books.blank(kind, prefix: "clock")
        clock.remove("test_clock")
        clock["frozen_time"] = .integer(moment)
        clock["deletes_after"] = .integer(call.world.now + 30 * 86_400)
        clock["name"] = .of(call.params.text("name"))
        clock["status"] = "ready"
        clock["status_details"] = [:]
        call.books.insert(clock, event: "test_helpers.test_clock.created")
        return .object(clock)
    }

    private static func delete(_ call: Call) throws(Refusal) -> Answer {
        let found = try clock(call)
        let engine = Engine(books: call.books, account: call.account)
        let customers = call.books.all("customer").filter { $0.text("test_clock") == found.id }
        for subscription in call.books.all("subscription") where subscription.text("test_clock") == found.id {
            engine.cancel(subscription.id, reason: "cancellation_requested")
        }
        for customer in customers { call.books.remove(customer.id) }
        call.books.dropAgenda(of: found.id)
        call.books.remove(found.id)
        call.books.emit("test_helpers.test_clock.deleted", found)
        return .deleted(found)
    }

    private static func advance(_ call: Call) throws(Refusal) -> Answer {
        let found = try clock(call)
        guard found.text("status") == "ready" else {
            throw .invalid("Test clock advancement underway - cannot perform modifications.", code: "lock_timeout")
        }
        let target = call.params.whole("frozen_time") ?? 0
        let from = found.whole("frozen_time") ?? 0
        guard target > from else {
            throw .invalid(
                "The test clock's frozen time can only be advanced: \(target) is not after \(from).",
                param: "frozen_time")
        }
        guard target <= furthest(found, in: call.books) else {
            throw .invalid(
                "You can advance a test clock at most two intervals of its shortest subscription at a time, and two "
                    + "years when it has none.", param: "frozen_time")
        }
        let advancing = call.books.update(found.id, event: nil) { clock in
            clock["status"] = "advancing"
            clock["status_details"] = ["advancing": ["target_frozen_time": .integer(target)]]
            clock["_target"] = .integer(target)
            // The real clock's agenda has it, so that the answer goes out before the work is done.
            if call.world.policy.advancesLater { clock["_advance_at"] = .integer(call.world.now + 1) }
        }
        call.books.emit("test_helpers.test_clock.advancing", advancing)
        if !call.world.policy.advancesLater {
            Engine(books: call.books, account: call.account).advance(found.id, to: target)
        }
        // Stripe's answer says `advancing` either way.
        return .object(advancing)
    }

    private static func furthest(_ clock: JSONObject, in books: Books) -> Int64 {
        let from = clock.whole("frozen_time") ?? 0
        let intervals = books.all("subscription")
            .filter { $0.text("test_clock") == clock.id && !Subscriptions.isEnded($0) }
            .flatMap { $0.objects("items", "data") }
            .compactMap { $0.object("price", "recurring").map { BillingInterval($0).secondsMax } }
        guard let shortest = intervals.min() else { return from + 2 * 366 * 86_400 }
        return from + 2 * shortest
    }

    private static func clock(_ call: Call) throws(Refusal) -> JSONObject {
        try call.books.require(kind, call.id, noun: "test clock")
    }
}
