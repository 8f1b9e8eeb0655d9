public import Daemon

/// One version of what a credit costs in one currency (L7 to L10). Its terms never change; an edit is a newer version
/// that counts at once (L13).
public struct CreditPricing: Equatable, Sendable {
    /// Which one.
    public var id: CreditPricing.ID
    /// 1, 2, 3 … within the currency.
    public var version: Int
    /// Which money.
    public var currency: Currency
    /// What the platform takes for a credit.
    public var baseCost: CreditCost
    /// What the agency adds.
    public var agencyCost: CreditCost
    /// What a client pays: both together (L8).
    public var finalCost: CreditCost
    /// The least that can be bought at once, minor units.
    public var minPurchase: Int64
    /// The most that can be bought at once, minor units.
    public var maxPurchase: Int64
    /// Amounts a buy page offers, minor units.
    public var packages: [Int64]
    /// From when on it counts.
    public var effectiveFrom: Timestamp
    /// Until when it counted; nil: it is the current one.
    public var supersededAt: Timestamp?

    /// How many credits an amount buys; nil where it is more than can be counted.
    public func credits(for amount: Money) -> CreditAmount? { finalCost.credits(for: amount) }

    /// The sentence a client reads, such as `$10 = 2500 credits` (L9); nil for an amount that cannot be charged.
    public func sentence(for amount: Int64) -> String? {
        guard let money = try? Money(amount, currency), let credits = credits(for: money) else { return nil }
        return "\(money.tag) = \(credits.text) credits"
    }

    /// The amounts worth showing: the packages, or ten of the currency (a thousand of one without a fraction) as far
    /// as that can be bought.
    public var exampleAmounts: [Int64] {
        guard packages.isEmpty else { return packages }
        return [min(max(1_000, minPurchase), maxPurchase)]
    }
}

/// Checked terms of a new version.
public struct CreditPricingWish: Equatable, Sendable {
    /// Which money.
    public var currency: Currency
    /// What the agency adds to the platform's cost.
    public var agencyCost: CreditCost
    /// Minor units.
    public var minPurchase: Int64
    /// Minor units.
    public var maxPurchase: Int64
    /// Minor units.
    public var packages: [Int64]

    /// States the wish.
    public init(
        currency: Currency, agencyCost: CreditCost, minPurchase: Int64, maxPurchase: Int64, packages: [Int64]
    ) {
        self.currency = currency
        self.agencyCost = agencyCost
        self.minPurchase = minPurchase
        self.maxPurchase = maxPurchase
        self.packages = packages
    }

    /// Whether a version has these terms already.
    public func isLike(_ pricing: CreditPricing, base: CreditCost) -> Bool {
        pricing.currency == currency && pricing.agencyCost == agencyCost && pricing.minPurchase == minPurchase
            && pricing.maxPurchase == maxPurchase && pricing.packages == packages && pricing.baseCost == base
    }
}
