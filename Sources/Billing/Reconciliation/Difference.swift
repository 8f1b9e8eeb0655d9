public import FoundationEssentials

/// A difference as a comparison found it, not written down yet.
public struct Difference: Equatable, Sendable {
    /// What is wrong.
    public var kind: DriftItem.Kind
    /// Our row, where there is one.
    public var row: UUID?
    /// Stripe's id.
    public var stripeID: String
    /// Which field; `object` where all of it is missing.
    public var field: String
    /// Our value.
    public var ours: String?
    /// Stripe's value.
    public var theirs: String?
    /// Minor units at stake, where that can be said.
    public var amount: Int64?
    /// ISO 4217, lower case, of the amount.
    public var currency: String?
    /// False while something is on its way to one of both sides: it is no difference then.
    public var isSettled: Bool

    /// States it.
    public init(
        _ kind: DriftItem.Kind, of row: UUID?, _ stripeID: String, _ field: String, ours: String?, theirs: String?,
        amount: Int64? = nil, currency: String? = nil, isSettled: Bool = true
    ) {
        self.kind = kind
        self.row = row
        self.stripeID = stripeID
        self.field = field
        self.ours = ours
        self.theirs = theirs
        self.amount = amount
        self.currency = currency
        self.isSettled = isSettled
    }
}
