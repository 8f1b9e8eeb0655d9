/// What a product costs; its terms never change. Source: https://docs.stripe.com/api/prices/object
public struct Price: Decodable, Sendable, Identifiable {
    /// One step of a tiered price. Only there when the call asked for `tiers` by `expand`.
    public struct Tier: Decodable, Sendable {
        /// The last unit of it; nil in the last one.
        public let upTo: Int64?
        /// Minor units for each unit.
        public let unitAmountDecimal: String?
        /// Minor units once.
        public let flatAmountDecimal: String?
    }

    /// Units in one package.
    public struct Transform: Decodable, Sendable {
        /// How many.
        public let divideBy: Int64
        /// `up` or `down`.
        public let round: String
    }

    /// How often it is charged, and where the quantity comes from.
    public struct Recurring: Decodable, Sendable {
        /// `day`, `week`, `month` or `year`.
        public let interval: String
        /// Every so many of them.
        public let intervalCount: Int64
        /// `licensed` or `metered`.
        public let usageType: String?
        /// `mtr_…`
        public let meter: String?
    }

    /// `price_…`
    public let id: String
    /// Of which product.
    public let product: Expandable<Product>?
    /// Whether new sales may use it.
    public let active: Bool
    /// ISO 4217, lower case.
    public let currency: String
    /// Minor units; nil for tiers and sub-cent amounts.
    public let unitAmount: Int64?
    /// The same as an exact decimal; nil for tiers.
    public let unitAmountDecimal: String?
    /// `per_unit` or `tiered`.
    public let billingScheme: String?
    /// `volume` or `graduated`.
    public let tiersMode: String?
    /// The steps.
    public let tiers: [Tier]?
    /// Units in one package.
    public let transformQuantity: Transform?
    /// Nil is charged once.
    public let recurring: Recurring?
    /// The account's own name for it.
    public let lookupKey: String?
    /// `inclusive`, `exclusive` or `unspecified`.
    public let taxBehavior: String?
    /// Unix seconds.
    public let created: Int64?
    /// Ours to match by.
    public let metadata: [String: String]?
}

/// The terms of a price to be made, as Stripe takes them.
public struct NewPrice: Sendable, Equatable {
    /// One step.
    public struct Tier: Sendable, Equatable {
        /// The last unit of it; nil is sent as `inf`.
        public var upTo: Int64?
        /// Minor units for each unit, an exact decimal.
        public var unitAmount: String?
        /// Minor units once, an exact decimal.
        public var flatAmount: String?

        /// States the step.
        public init(upTo: Int64?, unitAmount: String?, flatAmount: String?) {
            self.upTo = upTo
            self.unitAmount = unitAmount
            self.flatAmount = flatAmount
        }
    }

    /// Of which product.
    public var product: String
    /// ISO 4217.
    public var currency: String
    /// Minor units, an exact decimal; nil for tiers.
    public var unitAmount: String?
    /// `volume` or `graduated`, of tiered ones.
    public var tiersMode: String?
    /// The steps, the last without an end.
    public var tiers: [Tier] = []
    /// Units in one package, and how what is left is rounded.
    public var package: (size: Int64, round: String)?
    /// Nil is charged once.
    public var interval: (unit: String, count: Int64)?
    /// What counts it; makes it metered.
    public var meter: String?
    /// `inclusive` or `exclusive`.
    public var taxBehavior: String
    /// The account's own name for it.
    public var lookupKey: String?
    /// Whether the key is taken from the price that has it.
    public var takesLookupKey = false

    /// States the least; the rest is set field by field.
    public init(product: String, currency: String, taxBehavior: String) {
        self.product = product
        self.currency = currency
        self.taxBehavior = taxBehavior
    }

    /// The same terms.
    public static func == (left: NewPrice, right: NewPrice) -> Bool { left.form == right.form }

    var form: StripeForm {
        var form: StripeForm = ["product": product, "currency": currency]
        if let tiersMode {
            form.add("billing_scheme", "tiered")
            form.add("tiers_mode", tiersMode)
            for (index, tier) in tiers.enumerated() {
                form.add("tiers[\(index)][up_to]", tier.upTo.map(String.init) ?? "inf")
                Self.add("tiers[\(index)][unit_amount", tier.unitAmount, "]", to: &form)
                Self.add("tiers[\(index)][flat_amount", tier.flatAmount, "]", to: &form)
            }
        } else {
            Self.add("unit_amount", unitAmount, "", to: &form)
        }
        if let package {
            form.add("transform_quantity[divide_by]", package.size)
            form.add("transform_quantity[round]", package.round)
        }
        if let interval {
            form.add("recurring[interval]", interval.unit)
            form.add("recurring[interval_count]", interval.count)
            if let meter {
                form.add("recurring[usage_type]", "metered")
                form.add("recurring[meter]", meter)
            }
        }
        form.add("tax_behavior", taxBehavior)
        if let lookupKey {
            form.add("lookup_key", lookupKey)
            if takesLookupKey { form.add("transfer_lookup_key", true) }
        }
        return form
    }

    /// Whole minor units under the plain name, any other under the name of decimals.
    private static func add(_ name: String, _ amount: String?, _ end: String, to form: inout StripeForm) {
        guard let amount else { return }
        form.add(name + (amount.contains(".") ? "_decimal" : "") + end, amount)
    }
}

extension StripeCall where Answer == Price {
    /// Creates a price: flat, by package, in tiers, once or again and again, bought or metered.
    public static func createPrice(_ price: NewPrice, metadata: [String: String]) -> Self {
        var form = price.form
        form.add(metadata: metadata)
        return post("/v1/prices", form)
    }

    /// What may change of a price: whether it is sold, and its lookup key.
    public static func updatePrice(
        _ id: String, active: Bool, lookupKey: String?, takesLookupKey: Bool, metadata: [String: String]
    ) -> Self {
        var form = StripeForm()
        form.add("active", active)
        form.add("lookup_key", lookupKey)
        if lookupKey != nil, takesLookupKey { form.add("transfer_lookup_key", true) }
        form.add(metadata: metadata)
        return post("/v1/prices/\(segment(id))", form)
    }

    /// One price with its tiers and its product.
    public static func retrievePrice(_ id: String) -> Self {
        get("/v1/prices/\(segment(id))", ["expand[0]": "tiers", "expand[1]": "product"])
    }
}

extension StripeCall where Answer == List<Price> {
    /// A product's prices, to find one whose creation was answered into the void.
    public static func listPrices(of product: String, startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["product": product, "limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/prices", form)
    }

    /// Every price of the account with tiers and product, newest first, archived ones only when asked for.
    public static func listAllPrices(active: Bool, startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["limit": "100", "expand[0]": "data.tiers", "expand[1]": "data.product"]
        form.add("active", active)
        form.add("starting_after", startingAfter)
        return get("/v1/prices", form)
    }
}
