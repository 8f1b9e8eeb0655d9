/// Other prices for a running subscription, in Stripe's ids.
public struct ItemChange: Sendable, Equatable {
    /// One item as it shall be.
    public struct Item: Sendable, Equatable {
        /// `si_…` of an item that is there; nil adds one.
        public let item: String?
        /// `price_…`; nil when the item goes.
        public let price: String?
        /// Nil for a metered price.
        public let quantity: Int64?

        /// States one.
        public init(item: String?, price: String?, quantity: Int64?) {
            self.item = item
            self.price = price
            self.quantity = quantity
        }
    }

    /// The items that change.
    public var items: [Item]
    /// `create_prorations`, `always_invoice`, `none`.
    public var proration: String
    /// Whether the cycle begins anew.
    public var resetsCycle: Bool

    /// States them.
    public init(items: [Item], proration: String, resetsCycle: Bool = false) {
        self.items = items
        self.proration = proration
        self.resetsCycle = resetsCycle
    }

    func write(into form: inout StripeForm, under name: String, anchor: String) {
        for (index, item) in items.enumerated() {
            form.add("\(name)[\(index)][id]", item.item)
            form.add("\(name)[\(index)][price]", item.price)
            form.add("\(name)[\(index)][quantity]", item.quantity)
            if item.price == nil { form.add("\(name)[\(index)][deleted]", true) }
        }
        if resetsCycle { form.add(anchor, "now") }
    }
}
