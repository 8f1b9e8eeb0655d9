import HTTPTypes

/// Parts of periods as invoice items that wait: what was paid for and will not be used goes back, what will be used and
/// was not paid for is owed. Amounts are after the discounts at work, as flexible billing includes them.
struct Prorations {
    private let books: Books
    private let subscription: JSONObject
    private let moment: Int64
    private let now: Int64

    /// The prorations of a subscription at a moment, which may lie before now.
    init(_ subscription: JSONObject, at moment: Int64, in books: Books) {
        self.books = books
        self.subscription = subscription
        self.moment = moment
        now = books.now(on: subscription.text("test_clock"))
    }

    /// The unused time of an item of the subscription as it was, among the items it had.
    func credit(_ item: JSONObject, among items: [JSONObject]) {
        guard !SubscriptionItems.isMetered(item) else { return }
        let net = net(item, among: items, discounts: item.list("_discounts"))
        add(item, amount: -part(of: net, item), word: "Unused time on")
    }

    /// The remaining time of an item of the subscription as it is, among the items it has.
    func debit(_ item: JSONObject, among items: [JSONObject]) {
        guard !SubscriptionItems.isMetered(item) else { return }
        let net = net(item, among: items, discounts: Self.lasting(subscription, in: books))
        add(item, amount: part(of: net, item), word: "Remaining time on")
    }

    /// What was used of a metered item that goes away, to be billed with the next invoice.
    func usage(_ item: JSONObject) {
        let start = SubscriptionItems.usedFrom(item)
        guard now > start else { return }
        let line = InvoiceLine.usage(item, subscription: subscription, from: start, until: now, in: books)
        var waiting = blank(item, start: start, end: now)
        waiting.copy(["amount", "description", "quantity", "quantity_decimal", "_meter"], from: line.json)
        waiting["proration"] = false
        books.insert(waiting, event: "invoiceitem.created")
    }

    /// Discounts that last beyond one invoice.
    static func lasting(_ subscription: JSONObject, in books: Books) -> [JSON] {
        subscription.list("discounts").filter {
            $0.stringValue.flatMap { books.find("discount", $0) }?.flag("_once") == false
        }
    }

    private func net(_ item: JSONObject, among items: [JSONObject], discounts: [JSON]) -> Int64 {
        let licensed = items.filter { !SubscriptionItems.isMetered($0) }
        let lines = licensed.map { item -> JSONObject in
            let price = item.object("price") ?? [:]
            let whole = PriceMath.amount(of: price, quantity: item.whole("quantity") ?? 1)
            return ["subtotal": .integer(whole), "discountable": true, "pricing": InvoiceLine.pricing(of: price)]
        }
        let found = discounts.compactMap { $0.stringValue.flatMap { books.find("discount", $0) } }
        let split = DiscountSplit(found, over: lines, in: books)
        guard let place = licensed.firstIndex(where: { $0.id == item.id }) else { return 0 }
        return (lines[place].whole("subtotal") ?? 0) - split.shares[place].reduce(0) { $0 + $1.amount }
    }

    private func part(of whole: Int64, _ item: JSONObject) -> Int64 {
        let end = item.whole("current_period_end") ?? moment
        let interval = BillingInterval(item.object("price", "recurring") ?? [:])
        let start = min(item.whole("current_period_start") ?? moment, interval.start(before: end, anchor: anchor))
        return PriceMath.share(of: whole, seconds: max(0, end - moment), outOf: end - start)
    }

    private var anchor: Int64 { subscription.whole("billing_cycle_anchor") ?? now }

    private func add(_ item: JSONObject, amount: Int64, word: String) {
        guard amount != 0 else { return }
        var waiting = blank(item, start: moment, end: item.whole("current_period_end") ?? moment)
        let name = books.find("product", item.text("price", "product") ?? "")?.text("name") ?? "item"
        let quantity = item.whole("quantity") ?? 1
        let what = quantity == 1 ? name : "\(quantity) × \(name)"
        waiting["amount"] = .integer(amount)
        waiting["description"] = .string("\(word) \(what) after \(CivilDate(seconds: moment).text)")
        waiting["discountable"] = false
        waiting["proration"] = true
        waiting["quantity"] = .integer(quantity)
        waiting["quantity_decimal"] = .string(String(quantity))
        books.insert(waiting, event: "invoiceitem.created")
    }

    private func blank(_ item: JSONObject, start: Int64, end: Int64) -> JSONObject {
        var waiting = books.blank("invoiceitem", prefix: "ii")
        waiting["currency"] = subscription["currency"] ?? "usd"
        waiting["customer"] = subscription["customer"] ?? .null
        waiting["date"] = .integer(now)
        waiting["discounts"] = []
        waiting["parent"] = [
            "type": "subscription_details",
            "subscription_details": ["subscription": .string(subscription.id), "subscription_item": .string(item.id)],
        ]
        waiting["period"] = ["end": .integer(end), "start": .integer(start)]
        waiting["pricing"] = InvoiceLine.pricing(of: item.object("price") ?? [:])
        waiting["tax_rates"] = []
        waiting["test_clock"] = subscription["test_clock"] ?? .null
        return waiting
    }
}
