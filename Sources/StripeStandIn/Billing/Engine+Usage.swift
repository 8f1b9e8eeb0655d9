import HTTPTypes

/// Use of meters on invoices.
extension Engine {
    /// Reckons the use on a draft anew: events that come while it is a draft count, for the period they fall in. Taxes
    /// and discounts follow. Gives the invoice as it now is.
    @discardableResult
    func refresh(draft id: String) -> JSONObject? {
        guard let draft = books.find("invoice", id), draft.text("status") == "draft" else {
            return books.find("invoice", id)
        }
        let customer = draft.text("customer") ?? ""
        var isChanged = false
        let lines = draft.objects("lines", "data").map { line -> JSONObject in
            guard let meter = line.text("_meter"),
                let price = line.text("pricing", "price_details", "price").flatMap({ books.find("price", $0) })
            else { return line }
            let used = max(
                0,
                MeterUsage(books: books).total(
                    meter: meter, customer: customer, from: line.whole("period", "start") ?? 0,
                    until: line.whole("period", "end") ?? 0))
            guard used != line.whole("quantity") else { return line }
            isChanged = true
            return Self.line(line, using: used, of: price, in: books)
        }
        guard isChanged || draft.flag("automatic_tax", "enabled") else { return draft }
        return books.update(id, event: isChanged ? "invoice.updated" : nil) {
            InvoiceTotals.set(lines, of: &$0, in: books)
        }
    }

    private static func line(
        _ old: JSONObject, using quantity: Int64, of price: JSONObject, in books: Books
    ) -> JSONObject {
        var line = old
        let amount = PriceMath.amount(of: price, quantity: quantity)
        line["quantity"] = .integer(quantity)
        line["quantity_decimal"] = .string(String(quantity))
        line["amount"] = .integer(amount)
        line["subtotal"] = .integer(amount)
        line["description"] = .string(PriceText.line(price, quantity: quantity, in: books))
        return line
    }

    /// The lines of the use of a subscription's metered items from the beginning of their periods until a moment.
    func usageLines(of subscription: JSONObject, until moment: Int64) -> [InvoiceLine] {
        subscription.objects("items", "data").filter(SubscriptionItems.isMetered).compactMap { item in
            let start = SubscriptionItems.usedFrom(item)
            let end = min(moment, item.whole("current_period_end") ?? moment)
            guard end > start else { return nil }
            return InvoiceLine.usage(item, subscription: subscription, from: start, until: end, in: books)
        }
    }
}
