import Billing
import Stripe

extension NewPrice {
    /// A price's terms in Stripe's words.
    init(_ price: Billing.Price, of product: String, meter: String?) {
        self.init(product: product, currency: price.currency, taxBehavior: price.taxBehavior.rawValue)
        unitAmount = price.unitAmountDecimal
        if price.model.isTiered {
            tiersMode = price.model == .tieredVolume ? "volume" : "graduated"
            tiers = price.tiers.map { Tier(upTo: $0.upTo, unitAmount: $0.unitAmount, flatAmount: $0.flatAmount) }
        }
        if let size = price.packageSize { package = (size, price.packageRound?.rawValue ?? "up") }
        if let unit = price.interval { interval = (unit.rawValue, Int64(price.intervalCount)) }
        self.meter = meter
        lookupKey = price.lookupKey
        takesLookupKey = price.takesLookupKey
    }
}
