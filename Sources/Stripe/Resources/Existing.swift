/// A customer that may be none of ours yet: what an import shows of it. Source:
/// https://docs.stripe.com/api/customers/object
public struct ExistingCustomer: Codable, Sendable, Identifiable {
    /// Where it lives; decides its taxes.
    public struct Address: Codable, Sendable {
        /// Two letters.
        public let country: String?
        /// As the country writes it.
        public let postalCode: String?
    }

    /// `cus_…`
    public let id: String
    /// Not unique at Stripe.
    public let email: String?
    /// Display name.
    public let name: String?
    /// As typed.
    public let phone: String?
    /// Where it lives.
    public let address: Address?
    /// The customer was deleted; every other field is then absent.
    public let deleted: Bool?
    /// Ours to match by.
    public let metadata: [String: String]?
}

/// A product that may be none of ours yet. Source: https://docs.stripe.com/api/products/object
public struct ExistingProduct: Codable, Sendable, Identifiable {
    /// `prod_…`
    public let id: String
    /// Shown on invoices.
    public let name: String?
    /// Shown on invoices.
    public let description: String?
    /// Whether it can be sold.
    public let active: Bool?
    /// Ours to match by.
    public let metadata: [String: String]?
}

/// A price that may be none of ours yet, by its product.
public struct ExistingPrice: Codable, Sendable, Identifiable {
    /// `price_…`
    public let id: String
    /// `prod_…`
    public let product: String
}

/// A subscription that may be none of ours yet. Source: https://docs.stripe.com/api/subscriptions/object
public struct ExistingSubscription: Codable, Sendable, Identifiable {
    /// One price of it.
    public struct Item: Codable, Sendable {
        /// Which price.
        public struct Price: Codable, Sendable {
            /// `price_…`
            public let id: String
        }
        /// `si_…`
        public let id: String
        /// Which price.
        public let price: Price
        /// nil for metered prices.
        public let quantity: Int64?
    }

    /// Its items.
    public struct Items: Codable, Sendable {
        /// At most 20.
        public let data: [Item]
    }

    /// `sub_…`
    public let id: String
    /// One of Stripe's eight; an open list.
    public let status: String
    /// `cus_…`
    public let customer: String
    /// What is sold.
    public let items: Items
    /// Unix seconds.
    public let startDate: Int64?
    /// Ours to match by.
    public let metadata: [String: String]?
}

extension StripeCall where Answer == ExistingCustomer {
    /// One customer with its address.
    public static func retrieveExistingCustomer(_ id: String) -> Self { get("/v1/customers/\(segment(id))") }
}

extension StripeCall where Answer == List<ExistingCustomer> {
    /// Every customer, newest first, a hundred at a time.
    public static func listExistingCustomers(after: String?) -> Self { get("/v1/customers", .page(after)) }
}

extension StripeCall where Answer == List<ExistingProduct> {
    /// Every product that is sold, newest first.
    public static func listExistingProducts(after: String?) -> Self {
        get("/v1/products", .page(after, ["active": "true"]))
    }
}

extension StripeCall where Answer == List<ExistingPrice> {
    /// Every price that is sold, newest first.
    public static func listExistingPrices(after: String?) -> Self {
        get("/v1/prices", .page(after, ["active": "true"]))
    }
}

extension StripeCall where Answer == List<ExistingSubscription> {
    /// Every subscription that has not ended, newest first.
    public static func listExistingSubscriptions(after: String?) -> Self { get("/v1/subscriptions", .page(after)) }
}

extension StripeForm {
    /// A hundred objects after one.
    static func page(_ after: String?, _ filter: StripeForm = [:]) -> StripeForm {
        var form = filter
        form.add("limit", 100)
        form.add("starting_after", after)
        return form
    }
}
