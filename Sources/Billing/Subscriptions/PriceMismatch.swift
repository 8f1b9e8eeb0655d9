/// Why a price cannot be sold by a subscription together with other ones.
public enum PriceMismatch: Equatable, Sendable {
    /// It is charged once: an invoice sells it.
    case oneTime
    /// It is in another currency than the first of them.
    case currency(String, first: String)
    /// It is charged in other intervals than the first of them: one bill has one period.
    case period
    /// Another one charges for what its meter counts: Stripe bills all that a customer used for each of them (F10).
    case meter

    /// The word of the refusal.
    public var code: String { self == .oneTime ? "price_not_recurring" : "prices_mismatch" }

    /// What a plan is told, and what to do.
    public var advice: String {
        switch self {
        case .oneTime: "A one-time price is sold by an invoice, and by no plan: leave it out."
        case .currency(let own, let first):
            "This price is in \(own), and the first one in \(first): a subscription has one currency. Make a plan for "
                + "each currency."
        case .period:
            "This price has another billing period than the first one: a subscription has one. Make a plan for each "
                + "period."
        case .meter:
            "Another price of the plan charges for what the same meter counts: the usage would be billed twice. Leave "
                + "one of them out."
        }
    }
}
