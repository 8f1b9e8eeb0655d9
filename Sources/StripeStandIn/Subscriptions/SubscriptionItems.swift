import HTTPTypes

/// Items of subscriptions: a price and how many of it.
enum SubscriptionItems {
    static let operations = [
        Operation("GET /v1/subscription_items", "subscription", list),
        Operation("POST /v1/subscription_items", "subscription", create),
        Operation("GET /v1/subscription_items/{item}", "subscription", retrieve),
        Operation("POST /v1/subscription_items/{item}", "subscription", update),
        Operation("DELETE /v1/subscription_items/{item}", "subscription", delete),
    ]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        guard let id = call.params.text("subscription") else { throw .missing("subscription") }
        return .list(try call.books.require("subscription", id, param: "subscription").objects("items", "data"))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer { .object(try find(call).item) }

    private static func find(_ call: Call) throws(Refusal) -> (item: JSONObject, subscription: String) {
        for subscription in call.books.all("subscription") {
            if let item = subscription.objects("items", "data").first(where: { $0.id == call.id }) {
                return (item, subscription.id)
            }
        }
        throw .noSuch("subscription_item", call.id)
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        guard let subscription = call.params.text("subscription") else { throw .missing("subscription") }
        _ = try call.books.require("subscription", subscription, param: "subscription")
        let after = try change(subscription, item: [:], call)
        return .object(after.objects("items", "data").last ?? [:])
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer {
        let found = try find(call)
        let after = try change(found.subscription, item: ["id": .string(found.item.id)], call)
        return .object(after.objects("items", "data").first { $0.id == found.item.id } ?? found.item)
    }

    private static func delete(_ call: Call) throws(Refusal) -> Answer {
        let found = try find(call)
        _ = try change(found.subscription, item: ["id": .string(found.item.id), "deleted": true], call)
        return .deleted(found.item)
    }

    /// An item changes as its subscription's update would change it.
    private static func change(_ subscription: String, item: JSONObject, _ call: Call) throws(Refusal) -> JSONObject {
        var item = item
        var params: JSONObject = [:]
        for (name, value) in call.params where name != "subscription" && name != "expand" {
            if ["payment_behavior", "proration_behavior", "proration_date", "off_session"].contains(name) {
                params[name] = value
            } else {
                item[name] = value
            }
        }
        params["items"] = [.object(item)]
        return try SubscriptionUpdate(call.acting(on: [subscription], with: params)).perform()
    }

    /// The price an item of a call names, or makes inline.
    static func price(_ given: JSONObject, at param: String, in books: Books) throws(Refusal) -> JSONObject {
        if given["price"] != nil, given["price_data"] != nil {
            throw .exclusive("\(param)[price]", "\(param)[price_data]")
        }
        for name in ["billing_thresholds", "current_trial", "tax_rates", "discounts"] where given[name] != nil {
            throw .unsupported("\(name) of an item", param: "\(param)[\(name)]")
        }
        if let data = given.object("price_data") {
            let price = try Prices.make(data, in: books)
            books.insert(price, event: "price.created")
            return price
        }
        guard let id = given.text("price") else { throw .missing("\(param)[price]") }
        let price = try books.require("price", id, param: "\(param)[price]")
        guard price.flag("active") else {
            throw .invalid(
                "The price specified is inactive. This field only accepts active prices.", param: "\(param)[price]")
        }
        guard price.text("type") == "recurring" else {
            throw .invalid(
                "The price specified is set to `type=one_time` but this field only accepts prices with "
                    + "`type=recurring`.",
                param: "\(param)[price]")
        }
        return price
    }

    /// Whether an item is billed by use, afterwards.
    static func isMetered(_ item: JSONObject) -> Bool { item.text("price", "recurring", "usage_type") == "metered" }

    /// The moment from which use counts for a metered item: its period's beginning, or when its price changed.
    static func usedFrom(_ item: JSONObject) -> Int64 {
        max(item.whole("current_period_start") ?? 0, item.whole("_from") ?? 0)
    }

    /// A new item.
    static func make(
        _ price: JSONObject, given: JSONObject, subscription: String, start: Int64, end: Int64, at param: String,
        in books: Books
    ) throws(Refusal) -> JSONObject {
        let isMetered = price.text("recurring", "usage_type") == "metered"
        if isMetered, given["quantity"] != nil {
            throw .invalid(
                "Quantity should not be specified where usage_type is `metered`.", param: "\(param)[quantity]")
        }
        var item = books.blank("subscription_item", prefix: "si", length: 14)
        item["current_period_start"] = .integer(start)
        item["current_period_end"] = .integer(end)
        item["metadata"] = .object(Metadata.merged(nil, with: given["metadata"]))
        item["price"] = .object(price)
        item["plan"] = .object(plan(of: price))
        item["subscription"] = .string(subscription)
        item["tax_rates"] = []
        item["billed_until"] = .integer(end)
        if !isMetered { item["quantity"] = .integer(given.whole("quantity") ?? 1) }
        return item
    }

    /// The price as the old `plan` field shows it.
    static func plan(of price: JSONObject) -> JSONObject {
        var plan: JSONObject = ["id": .string(price.id), "object": "plan"]
        plan.copy(
            [
                "active", "billing_scheme", "created", "currency", "livemode", "metadata", "nickname", "product",
                "tiers_mode",
            ], from: price)
        plan["amount"] = price["unit_amount"] ?? .null
        plan["amount_decimal"] = price["unit_amount_decimal"] ?? .null
        plan["transform_usage"] = price["transform_quantity"] ?? .null
        for name in ["interval", "interval_count", "meter", "trial_period_days", "usage_type"] {
            plan[name] = price.value("recurring", name) ?? .null
        }
        return plan
    }

    /// Refuses a set of items Stripe would not bill together.
    static func check(_ items: [JSONObject]) throws(Refusal) {
        guard items.count <= 20 else {
            throw .invalid("A subscription can have at most 20 items, but you passed \(items.count).", param: "items")
        }
        var seen: Set<String> = []
        for item in items where !seen.insert(item.text("price", "id") ?? "").inserted {
            throw .invalid(
                "Cannot add multiple subscription items with the same price: \(item.text("price", "id") ?? "")",
                param: "items")
        }
        let currencies = Set(items.compactMap { $0.text("price", "currency") })
        guard currencies.count <= 1 else {
            throw .invalid(
                "All prices on a subscription must have the same currency. If you'd like to offer prices in multiple "
                    + "currencies, use several subscriptions.", param: "items")
        }
    }
}
