public import Daemon

/// One change of a client's access, with its cause chain: what happened, which invoice, which hold, by which rule
/// (V12).
public struct AccessTransition: Equatable, Sendable {
    /// Which one.
    public var id: AccessTransition.ID
    /// Before.
    public var from: AccessState
    /// After.
    public var to: AccessState
    /// When.
    public var at: Timestamp
    /// What made it.
    public var cause: AccessCause
    /// The Stripe event's type, where an event made it.
    public var eventType: String?
    /// The hold that was opened or ended.
    public var hold: AccessHold?
    /// The unpaid invoice's number, where there is one.
    public var invoiceNumber: String?
    /// Stripe's id of it.
    public var stripeInvoice: String?
    /// Stripe's id of the subscription the hold is about.
    public var stripeSubscription: String?
    /// The Stripe account in which all of it is.
    public var account: String?
}

/// A client's access at a glance: what the portal asks at every login.
public struct AccessView: Equatable, Sendable {
    /// One open hold and what is behind it.
    public struct Hold: Equatable, Sendable {
        /// The hold.
        public var hold: AccessHold
        /// The type of the Stripe event that opened it.
        public var eventType: String?
        /// Where the client pays the invoice behind it.
        public var payURL: String?
    }

    /// Whose.
    public var client: Client.ID
    /// Whether the client may get in.
    public var state: AccessState
    /// Since when.
    public var since: Timestamp
    /// Since when Stripe cannot be asked, so that the state may be out of date.
    public var staleSince: Timestamp?
    /// Why.
    public var holds: [Hold]
}
