/// What a product costs; its terms never change. Source: https://docs.stripe.com/api/prices/object
public struct Price: Decodable, Sendable, Identifiable {
    /// `price_…`
    public let id: String
    /// Of which product.
    public let product: String
    /// Whether new sales may use it.
    public let active: Bool
    /// ISO 4217, lower case.
    public let currency: String
    /// Minor units; nil for tiers and sub-cent amounts.
    public let unitAmount: Int64?
    /// Ours to match by.
    public let metadata: [String: String]?
}

extension StripeCall where Answer == Price {
    /// Creates a flat price: recurring with an interval, one-time without.
    ///
    /// - Parameter unitAmount: minor units of `currency`.
    public static func createPrice(
        product: String, currency: String, unitAmount: Int64, interval: String?, intervalCount: Int64?,
        taxBehavior: String, lookupKey: String?, metadata: [String: String]
    ) -> Self {
        var form: StripeForm = ["product": product, "currency": currency]
        form.add("unit_amount", unitAmount)
        if let interval {
            form.add("recurring[interval]", interval)
            form.add("recurring[interval_count]", intervalCount)
        }
        form.add("tax_behavior", taxBehavior)
        if let lookupKey {
            form.add("lookup_key", lookupKey)
            form.add("transfer_lookup_key", true)
        }
        form.add(metadata: metadata)
        return post("/v1/prices", form)
    }
}

extension StripeCall where Answer == List<Price> {
    /// A product's prices, to find one whose creation was answered into the void.
    public static func listPrices(of product: String, startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["product": product, "limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/prices", form)
    }
}
