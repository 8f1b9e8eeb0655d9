/// One line put on a draft invoice. Source: https://docs.stripe.com/api/invoiceitems
public struct InvoiceItem: Decodable, Sendable, Identifiable {
    /// `ii_…`
    public let id: String
    /// On which invoice.
    public let invoice: String?
    /// Ours to match by.
    public let metadata: [String: String]?
}

extension StripeCall where Answer == InvoiceItem {
    /// Puts a one-time price on a draft. Since basil the price goes under `pricing`.
    public static func createInvoiceItem(
        customer: String, invoice: String, price: String, quantity: Int64, metadata: [String: String]
    ) -> Self {
        var form: StripeForm = ["customer": customer, "invoice": invoice, "pricing[price]": price]
        form.add("quantity", quantity)
        form.add(metadata: metadata)
        return post("/v1/invoiceitems", form)
    }

    /// Puts an amount of a product on a draft, for a time that is over. `amount` is minor units.
    public static func createInvoiceItem(
        customer: String, invoice: String, product: String, currency: String, amount: Int64, taxBehavior: String?,
        description: String, from start: Int64, until end: Int64, metadata: [String: String]
    ) -> Self {
        var form: StripeForm = [
            "customer": customer, "invoice": invoice, "description": description, "price_data[currency]": currency,
            "price_data[product]": product,
        ]
        form.add("price_data[unit_amount]", amount)
        form.add("price_data[tax_behavior]", taxBehavior)
        form.add("period[start]", start)
        form.add("period[end]", end)
        form.add(metadata: metadata)
        return post("/v1/invoiceitems", form)
    }
}

extension StripeCall where Answer == List<InvoiceItem> {
    /// The lines we put on a draft, to find one whose creation was answered into the void.
    public static func listInvoiceItems(on invoice: String, startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["invoice": invoice, "limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/invoiceitems", form)
    }
}
