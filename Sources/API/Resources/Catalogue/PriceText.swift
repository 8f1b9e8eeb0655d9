import Billing
import HTTPTypes

/// A price as a form shows it: by the minute where Stripe counts seconds, and in one line, like `$25.00 + tax` (D12).
struct PriceText {
    private let price: Price
    private let currency: Currency?

    /// Of this price.
    init(_ price: Price) {
        self.price = price
        currency = Currency(price.currency)
    }

    /// `unit`, the amounts by it, and the line.
    var json: JSON {
        [
            "unit": .string(unit), "unit_amount_decimal": .text(price.shown?.unitAmount ?? price.unitAmountDecimal),
            "tiers": .array((price.shown?.tiers ?? price.tiers).map(Prices.json)), "text": .string(line),
        ]
    }

    private var unit: String {
        if price.shown != nil { return UsageMetric.minutes.unit }
        return price.metric == .minutes ? "second" : price.metric?.unit ?? "unit"
    }

    private var line: String {
        let tax =
            switch price.taxBehavior {
            case .inclusive: ", tax included"
            case .exclusive: " + tax"
            case .unspecified: ""
            }
        return amounts + tax
    }

    private var amounts: String {
        let amount = (price.shown?.unitAmount ?? price.unitAmountDecimal).map(written) ?? ""
        switch price.model {
        case .flat: return amount
        case .perUnit: return "\(amount) per \(unit)"
        case .package:
            let size = (price.packageSize ?? 1) / (price.shown == nil ? 1 : 60)
            return "\(amount) per \(size) \(unit)s"
        case .tieredVolume, .tieredGraduated:
            let steps = (price.shown?.tiers ?? price.tiers).map { tier in
                let parts = [tier.unitAmount.map { "\(written($0)) per \(unit)" }, tier.flatAmount.map(written)]
                let cost = parts.compactMap(\.self).joined(separator: " and ")
                return tier.upTo.map { "up to \($0): \(cost)" } ?? "beyond: \(cost)"
            }
            return steps.joined(separator: ", ")
        }
    }

    /// An amount of minor units in the major unit, as exactly as it is.
    private func written(_ amount: String) -> String {
        guard let currency else { return "\(amount) \(price.currency)" }
        return UnitAmount(amount)?.written(in: currency) ?? amount
    }
}
