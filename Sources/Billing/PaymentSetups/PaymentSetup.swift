public import Daemon

/// One "Add Payment" page (G1): Stripe's Checkout in setup mode.
public struct PaymentSetup: Equatable, Sendable {
    /// Where it stands.
    public enum Status: String, CaseIterable, Sendable {
        /// Being made at Stripe.
        case opening
        /// Waits for the client.
        case open
        /// A card was saved.
        case complete
        /// Nobody came.
        case expired
        /// Stripe refused to make it.
        case failed
    }

    /// Which one.
    public var id: PaymentSetup.ID
    /// Whose card.
    public var client: Client.ID
    /// Where it stands.
    public var status: Status
    /// Stripe's id, `cs_…`.
    public var stripeSession: String?
    /// Stripe's page.
    public var url: String?
    /// Until when the page is good.
    public var expiresAt: Timestamp?
    /// Why it failed; JSON text.
    public var problem: String?
    /// When it was made.
    public var createdAt: Timestamp
}
