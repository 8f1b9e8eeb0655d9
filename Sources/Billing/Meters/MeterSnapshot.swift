/// A meter as a look at Stripe showed it.
public struct MeterSnapshot: Equatable, Sendable {
    /// `mtr_…`
    public var stripeID: String
    /// What usage is sent under.
    public var eventName: String
    /// For people.
    public var displayName: String
    /// How events become a quantity.
    public var formula: Meter.Formula
    /// The payload's field that names the customer.
    public var customerKey: String
    /// The payload's field with the quantity.
    public var valueKey: String
    /// Whether it takes events.
    public var isActive: Bool

    /// States the facts.
    public init(
        stripeID: String, eventName: String, displayName: String, formula: Meter.Formula, customerKey: String,
        valueKey: String, isActive: Bool
    ) {
        self.stripeID = stripeID
        self.eventName = eventName
        self.displayName = displayName
        self.formula = formula
        self.customerKey = customerKey
        self.valueKey = valueKey
        self.isActive = isActive
    }
}
