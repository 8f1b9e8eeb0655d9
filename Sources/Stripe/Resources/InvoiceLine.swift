/// One line of a bill. Source: https://docs.stripe.com/api/invoice-line-item/object
public struct InvoiceLine: Decodable, Sendable, Identifiable {
    /// From when to when it is for, unix seconds.
    public struct Period: Decodable, Sendable {
        /// Inclusive.
        public let start: Int64
        /// Exclusive.
        public let end: Int64
    }
    /// What one of it costs.
    public struct Pricing: Decodable, Sendable {
        /// Whose price.
        public struct PriceDetails: Decodable, Sendable {
            /// `price_…`
            public let price: Expandable<Price>?
            /// `prod_…`
            public let product: String?
        }
        /// Whose price.
        public let priceDetails: PriceDetails?
        /// Minor units with decimals, as text.
        public let unitAmountDecimal: String?
    }
    /// Where it came from.
    public struct Parent: Decodable, Sendable {
        /// An item of a subscription.
        public struct ItemDetails: Decodable, Sendable {
            /// `si_…`
            public let subscriptionItem: String?
            /// Whether it settles a change within a period.
            public let proration: Bool?
        }
        /// An item of a subscription.
        public let subscriptionItemDetails: ItemDetails?
        /// A line that was put there.
        public let invoiceItemDetails: ItemDetails?
    }
    /// A part taken off.
    public struct Part: Decodable, Sendable {
        /// Minor units.
        public let amount: Int64
    }
    /// A tax.
    public struct Tax: Decodable, Sendable {
        /// Minor units.
        public let amount: Int64
        /// `inclusive` or `exclusive`.
        public let taxBehavior: String?
    }

    /// `il_…`
    public let id: String
    /// What it is for.
    public let description: String?
    /// Minor units, before discounts and exclusive tax.
    public let amount: Int64
    /// ISO 4217, lower case.
    public let currency: String
    /// How many; nil where that has no meaning.
    public let quantity: Int64?
    /// From when to when.
    public let period: Period
    /// What one costs.
    public let pricing: Pricing?
    /// Where it came from.
    public let parent: Parent?
    /// What coupons took off it.
    public let discountAmounts: [Part]?
    /// Its taxes.
    public let taxes: [Tax]?
}

extension StripeCall where Answer == List<InvoiceLine> {
    /// An invoice's lines: the invoice itself shows the first ten only.
    public static func listInvoiceLines(of invoice: String, startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/invoices/\(segment(invoice))/lines", form)
    }
}
