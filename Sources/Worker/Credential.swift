public import Billing

/// As whom a call is made. The key and the `Stripe-Account` header follow from it and from the connection's row; a
/// handler can name neither.
public enum Credential: Sendable, Equatable {
    /// The tenant's account, as long as the connection stands.
    case connection
    /// The tenant's account, whatever the connection's status says: for asking whether the key works again.
    case activeKey
    /// A pasted key that is not proven yet.
    case candidate(SealedSecret.ID)
    /// The platform itself: making connected accounts and looking at them.
    case platform
}
