import Billing
import HTTPTypes

/// Where a tier ends.
enum TierBound: Equatable, Sendable {
    /// With this unit.
    case unit(Int64)
    /// Nowhere.
    case infinity
}

extension FieldKind where Value == UnitAmount {
    /// Minor units as an exact decimal in a text, like `"0.4"` for 0.004 USD.
    static var decimal: FieldKind {
        FieldKind { json throws(Refusal) in
            guard let amount = json.stringValue.flatMap({ UnitAmount($0) }) else {
                throw Refusal(
                    code: .invalidAmount,
                    detail: "Must be a text like \"0.4\": minor units, at most \(Money.amountMax), with at most "
                        + "\(UnitAmount.digitsMax) digits behind the point.")
            }
            return amount
        }
    }
}

extension FieldKind where Value == TierBound {
    /// A whole number, or `"inf"`.
    static var tierBound: FieldKind {
        FieldKind { json throws(Refusal) in
            if json.stringValue == "inf" { return .infinity }
            guard let unit = json.integerValue, (1...1_000_000_000_000).contains(unit) else {
                throw Refusal(detail: "Must be a whole number from 1, or \"inf\" in the last tier.")
            }
            return .unit(unit)
        }
    }
}
