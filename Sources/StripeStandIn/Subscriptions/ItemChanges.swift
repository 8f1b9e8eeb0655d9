import HTTPTypes

/// The items of a subscription after a call has changed some: what was, what is.
struct ItemChanges {
    /// An item that is new, gone or other; nil for what is not there.
    struct Change {
        let old: JSONObject?
        let new: JSONObject?
        /// Whether the use of an item that goes away is forgotten.
        var clearsUsage = false
    }

    /// The items as they were.
    let before: [JSONObject]
    /// The items as they are to be.
    private(set) var after: [JSONObject]
    /// What differs.
    private(set) var changes: [Change] = []
    private let books: Books
    private let subscription: JSONObject
    private let now: Int64

    /// No change.
    init(_ subscription: JSONObject, in books: Books) {
        self.books = books
        self.subscription = subscription
        before = subscription.objects("items", "data")
        after = before
        now = books.now(on: subscription.text("test_clock"))
    }

    /// Whether an item was moved to a price of another interval: that begins the cycle anew.
    var changesInterval: Bool {
        changes.contains { change in
            guard let old = change.old, let new = change.new else { return false }
            return BillingInterval(old.object("price", "recurring") ?? [:])
                != BillingInterval(new.object("price", "recurring") ?? [:])
        }
    }

    /// Takes the `items` of a call in.
    mutating func apply(_ given: [JSONObject]) throws(Refusal) {
        for (index, given) in given.enumerated() {
            let param = "items[\(index)]"
            guard let id = given.text("id") else {
                try add(given, at: param)
                continue
            }
            guard let place = after.firstIndex(where: { $0.id == id }) else {
                throw .noSuch("subscription_item", id, param: "\(param)[id]")
            }
            let old = after[place]
            if given.flag("deleted") {
                after.remove(at: place)
                changes.append(Change(old: old, new: nil, clearsUsage: given.flag("clear_usage")))
                continue
            }
            after[place] = try changed(old, given: given, at: param)
            let isOther = after[place]["price"] != old["price"] || after[place]["quantity"] != old["quantity"]
            if isOther {
                changes.append(Change(old: old, new: after[place], clearsUsage: given.flag("clear_usage")))
            }
        }
        guard !after.isEmpty else {
            throw .invalid(
                "A subscription must have at least one active plan. To remove this plan, cancel the subscription.",
                param: "items")
        }
        try SubscriptionItems.check(after)
    }

    private mutating func add(_ given: JSONObject, at param: String) throws(Refusal) {
        let price = try SubscriptionItems.price(given, at: param, in: books)
        let interval = BillingInterval(price.object("recurring") ?? [:])
        let trial = subscription.text("status") == "trialing" ? subscription.whole("trial_end") : nil
        let end = trial ?? interval.boundary(after: now, anchor: subscription.whole("billing_cycle_anchor") ?? now)
        var item = try SubscriptionItems.make(
            price, given: given, subscription: subscription.id, start: now, end: end, at: param, in: books)
        item["_discounts"] = .array(Prorations.lasting(subscription, in: books))
        after.append(item)
        changes.append(Change(old: nil, new: item))
    }

    private func changed(_ old: JSONObject, given: JSONObject, at param: String) throws(Refusal) -> JSONObject {
        var item = old
        if given["price"] != nil || given["price_data"] != nil {
            let price = try SubscriptionItems.price(given, at: param, in: books)
            guard price.text("currency") == subscription.text("currency") else {
                throw .invalid(
                    "The price specified only supports `\(price.text("currency") ?? "")`. This doesn't match the "
                        + "expected currency: `\(subscription.text("currency") ?? "")`.", param: "\(param)[price]")
            }
            item["price"] = .object(price)
            item["plan"] = .object(SubscriptionItems.plan(of: price))
            let isMetered = SubscriptionItems.isMetered(item)
            if isMetered { item.remove("quantity") }
            if !isMetered, item["quantity"] == nil { item["quantity"] = 1 }
            // What was used until now belongs to the old price.
            if isMetered, price.id != old.text("price", "id") { item["_from"] = .integer(now) }
            let interval = BillingInterval(price.object("recurring") ?? [:])
            if interval != BillingInterval(old.object("price", "recurring") ?? [:]) {
                item["current_period_start"] = .integer(now)
                item["current_period_end"] = .integer(
                    interval.boundary(after: now, anchor: subscription.whole("billing_cycle_anchor") ?? now))
            }
        }
        if let quantity = given["quantity"] {
            guard !SubscriptionItems.isMetered(item) else {
                throw .invalid(
                    "Quantity should not be specified where usage_type is `metered`.", param: "\(param)[quantity]")
            }
            item["quantity"] = quantity
        }
        item["metadata"] = .object(Metadata.merged(item.object("metadata"), with: given["metadata"]))
        return item
    }

    /// Writes the items into a subscription.
    func write(into subscription: inout JSONObject) {
        subscription.set("items", "data", to: .array(after.map { .object($0) }))
        subscription.set("items", "total_count", to: .integer(Int64(after.count)))
    }

    /// Makes the invoice items that wait: credits and debits of parts of the period, and the use of what goes away.
    func prorate(_ now: JSONObject, at moment: Int64) {
        let old = Prorations(subscription, at: moment, in: books)
        let new = Prorations(now, at: moment, in: books)
        for change in changes {
            if let item = change.old { old.credit(item, among: before) }
            if let item = change.new { new.debit(item, among: after) }
        }
    }

    /// Bills the use of metered items that went away or changed their price.
    func settleUsage() {
        for change in changes where !change.clearsUsage {
            guard let old = change.old, SubscriptionItems.isMetered(old),
                change.new?.text("price", "id") != old.text("price", "id")
            else { continue }
            Prorations(subscription, at: now, in: books).usage(old)
        }
    }
}
