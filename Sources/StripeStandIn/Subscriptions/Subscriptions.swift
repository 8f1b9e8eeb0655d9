import HTTPTypes

/// Subscriptions: read, changed and ended here; `SubscriptionCreation` begins them.
enum Subscriptions {
    static let operations = [
        Operation("GET /v1/subscriptions", "subscription", list),
        Operation("POST /v1/subscriptions", "subscription", create),
        Operation("GET /v1/subscriptions/{subscription_exposed_id}", "subscription", retrieve),
        Operation("POST /v1/subscriptions/{subscription_exposed_id}", "subscription", update),
        Operation("DELETE /v1/subscriptions/{subscription_exposed_id}", "subscription", cancel),
        Operation("DELETE /v1/subscriptions/{subscription_exposed_id}/discount", "subscription", deleteDiscount),
    ]

    /// Whether it can never be billed again.
    static func isEnded(_ subscription: JSONObject) -> Bool {
        ["canceled", "incomplete_expired"].contains(subscription.text("status"))
    }

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let params = call.params
        for name in ["current_period_start", "current_period_end", "automatic_tax"] where params[name] != nil {
            throw .unsupported("the filter \(name)", param: name)
        }
        let filter = ListFilter(params: params)
        var found = filter.equal(filter.onClock(call.books.all("subscription")), "customer", "collection_method")
        if let price = params.text("price") {
            found = found.filter { $0.objects("items", "data").contains { $0.text("price", "id") == price } }
        }
        switch params.text("status") {
        case nil: found = found.filter { $0.text("status") != "canceled" }
        case "all": break
        case "ended": found = found.filter(isEnded)
        case let status: found = found.filter { $0.text("status") == status }
        }
        return .list(try filter.within(found))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.require("subscription", call.id))
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        .object(try SubscriptionCreation(call).perform())
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer {
        .object(try SubscriptionUpdate(call).perform())
    }

    private static func cancel(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("subscription", call.id)
        guard !isEnded(found) else { throw .noSuch("subscription", call.id) }
        let engine = Engine(books: call.books, account: call.account)
        let details = call.params.object("cancellation_details") ?? [:]
        engine.endNow(
            found, invoices: call.params.flag("invoice_now"), prorates: call.params.flag("prorate"))
        engine.cancel(found.id, reason: "cancellation_requested", details: details)
        return .object(call.books.find(found.id) ?? found)
    }

    private static func deleteDiscount(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("subscription", call.id)
        guard let last = found.list("discounts").last?.stringValue, let discount = call.books.find("discount", last)
        else {
            throw Refusal(status: 404, code: "resource_missing", message: "No active discount for subscription")
        }
        call.books.update(found.id, event: "customer.subscription.updated") { $0["discounts"] = [] }
        Discounts.announce(found.list("discounts"), [], in: call.books)
        var gone = discount
        gone["deleted"] = true
        return .object(gone)
    }
}
