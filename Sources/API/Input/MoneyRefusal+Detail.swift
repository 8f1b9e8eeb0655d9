import Billing

extension Money.Refusal {
    /// What to do, for people.
    func detail(of currency: Currency) -> String {
        switch self {
        case .notMultiple(let step): "Amounts of \(currency.code) are multiples of \(step)."
        case .negative, .tooLarge: "Must be from 0 to \(Money.amountMax)."
        }
    }
}
