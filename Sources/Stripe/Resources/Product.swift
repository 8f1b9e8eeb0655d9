/// Something a tenant sells. Source: https://docs.stripe.com/api/products/object
public struct Product: Decodable, Sendable, Identifiable {
    /// `prod_…`
    public let id: String
    /// Shown on invoices; nil only of one that is deleted.
    public let name: String?
    /// Shown where there is room.
    public let description: String?
    /// Whether it can be sold; nil only of one that is deleted.
    public let active: Bool?
    /// Unix seconds.
    public let created: Int64?
    /// Ours to match by.
    public let metadata: [String: String]?
    /// True when it was deleted.
    public let deleted: Bool?
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
    public static func updateProduct(
        _ id: String, name: String, description: String?, active: Bool, metadata: [String: String] = [:]
    ) -> Self {
        var form: StripeForm = ["name": name]
        // Stripe reads an empty text as none: the one parameter that is sent empty.
        form.add("description", description ?? "")
        form.add("active", active)
        form.add(metadata: metadata)
        return post("/v1/products/\(segment(id))", form)
    }

    /// Another price is the one that is shown first: the default one cannot be archived.
    public static func setDefaultPrice(of id: String, to price: String) -> Self {
        post("/v1/products/\(segment(id))", ["default_price": price])
    }

    /// One product.
    public static func retrieveProduct(_ id: String) -> Self { get("/v1/products/\(segment(id))") }
}

extension StripeCall where Answer == List<Product> {
    /// The newest products, to find one whose creation was answered into the void.
    public static func listProducts(createdSince seconds: Int64, startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["created[gte]": String(seconds), "limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/products", form)
    }

    /// Every product of the account, newest first.
    public static func listAllProducts(startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/products", form)
    }
}
