/// Something a tenant sells. Source: https://docs.stripe.com/api/products/object
public struct Product: Decodable, Sendable, Identifiable {
    /// `prod_…`
    public let id: String
    /// Shown on invoices.
    public let name: String
    /// Whether it can be sold.
    public let active: Bool
    /// Ours to match by.
    public let metadata: [String: String]?
}

extension StripeCall where Answer == Product {
    /// Creates the product.
    public static func createProduct(name: String, description: String?, metadata: [String: String]) -> Self {
        var form: StripeForm = ["name": name]
        form.add("description", description)
        form.add(metadata: metadata)
        return post("/v1/products", form)
    }

    /// Keeps name, description and state as ours; archiving is `active=false`, since Stripe keeps products with prices.
    public static func updateProduct(_ id: String, name: String, description: String?, active: Bool) -> Self {
        var form: StripeForm = ["name": name]
        form.add("description", description)
        form.add("active", active)
        return post("/v1/products/\(segment(id))", form)
    }
}

extension StripeCall where Answer == List<Product> {
    /// The newest products, to find one whose creation was answered into the void.
    public static func listProducts(createdSince seconds: Int64, startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["created[gte]": String(seconds), "limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/products", form)
    }
}
