import HTTPTypes

/// One line of an invoice before it is written into it.
struct InvoiceLine {
    /// The line as Stripe answers it.
    var json: JSONObject

    /// Its amount before discounts, minor units.
    var amount: Int64 { json.whole("subtotal") ?? 0 }

    /// The line of a subscription item for one period; `amount` replaces what the price says, for parts of a period.
    static func of(
        _ item: JSONObject, subscription: JSONObject, start: Int64, end: Int64, amount: Int64? = nil,
        quantity: Int64? = nil, in books: Books
    ) -> InvoiceLine {
        let price = item.object("price") ?? [:]
        let isMetered = price.text("recurring", "usage_type") == "metered"
        let quantity = quantity ?? (isMetered ? 0 : item.whole("quantity") ?? 1)
        let amount = amount ?? PriceMath.amount(of: price, quantity: quantity)
        var line = blank(price.text("currency") ?? "usd", amount: amount, quantity: quantity, start: start, end: end)
        line["description"] = .string(PriceText.line(price, quantity: quantity, in: books))
        line["parent"] = [
            "type": "subscription_item_details", "invoice_item_details": .null,
            "subscription_item_details": [
                "invoice_item": .null, "proration": false, "proration_details": ["credited_items": .null],
                "subscription": .string(subscription.id), "subscription_item": .string(item.id),
            ],
        ]
        line["pricing"] = pricing(of: price)
        line["subscription"] = .string(subscription.id)
        return InvoiceLine(json: line)
    }

    /// The line of a metered item for a span that is over, or of which the use so far is wanted. It is reckoned anew
    /// until the invoice is final: late usage counts as long as the draft stands.
    static func usage(
        _ item: JSONObject, subscription: JSONObject, from start: Int64, until end: Int64, in books: Books
    ) -> InvoiceLine {
        let meter = item.text("price", "recurring", "meter") ?? ""
        let used = max(
            0,
            MeterUsage(books: books).total(
                meter: meter, customer: subscription.text("customer") ?? "", from: start, until: end))
        var line = of(item, subscription: subscription, start: start, end: end, quantity: used, in: books)
        line.json["_meter"] = .string(meter)
        return line
    }

    /// The line of an invoice item.
    static func of(invoiceItem item: JSONObject) -> InvoiceLine {
        var line = blank(
            item.text("currency") ?? "usd", amount: item.whole("amount") ?? 0, quantity: item.whole("quantity") ?? 1,
            start: item.whole("period", "start") ?? 0, end: item.whole("period", "end") ?? 0)
        line.copy(["description", "discountable", "metadata", "pricing", "_tax_behavior", "_meter"], from: item)
        let subscription = item.value("parent", "subscription_details", "subscription") ?? .null
        line["parent"] = [
            "type": "invoice_item_details", "subscription_item_details": .null,
            "invoice_item_details": [
                "invoice_item": .string(item.id), "proration": item["proration"] ?? false,
                "proration_details": ["credited_items": .null], "subscription": subscription,
            ],
        ]
        line["subscription"] = subscription
        return InvoiceLine(json: line)
    }

    /// How a price is named in a line or an item.
    static func pricing(of price: JSONObject) -> JSON {
        [
            "type": "price_details", "unit_amount_decimal": price["unit_amount_decimal"] ?? .null,
            "price_details": ["price": .string(price.id), "product": price["product"] ?? .null],
        ]
    }

    private static func blank(_ currency: String, amount: Int64, quantity: Int64, start: Int64, end: Int64)
        -> JSONObject
    {
        [
            "id": .string(Identifier.make("il")), "object": "line_item", "amount": .integer(amount),
            "currency": .string(currency), "description": .null, "discount_amounts": [], "discountable": true,
            "discounts": [],
            "invoice": .null, "livemode": false, "metadata": [:], "parent": .null,
            "period": ["end": .integer(end), "start": .integer(start)], "pretax_credit_amounts": [], "pricing": .null,
            "quantity": .integer(quantity), "quantity_decimal": .string(String(quantity)), "subscription": .null,
            "subtotal": .integer(amount), "taxes": [],
        ]
    }
}
