public import Daemon

/// A tenant's link to its Stripe account: by a pasted key, or as a connected account of the platform.
public struct Connection: Equatable, Sendable {
    /// How the account is reached.
    public enum Mode: String, CaseIterable, Sendable {
        /// The tenant's own key (seed 1A).
        case secretKey = "secret_key"
        /// The platform's key and `Stripe-Account` (seed 1C).
        case connect
    }

    /// Whether Stripe's endpoint for our webhooks stands.
    public enum WebhookStatus: String, CaseIterable, Sendable {
        /// Not made yet.
        case unregistered
        /// Stands and sends to us (A12).
        case registered
        /// Somebody deleted it.
        case missing
        /// Stripe or somebody switched it off.
        case disabled
    }

    /// Which one.
    public var id: Connection.ID
    /// How the account is reached.
    public var mode: Mode
    /// Where the link stands.
    public var status: ConnectionStatus
    /// Stripe's id, `acct_…`.
    public var accountID: String?
    /// The account's display name.
    public var accountName: String?
    /// The account's country.
    public var country: String?
    /// The account owner's address.
    public var email: String?
    /// The account's default currency.
    public var defaultCurrency: String?
    /// Secret or restricted.
    public var keyKind: String?
    /// The last four characters of the active key.
    public var keyLast4: String?
    /// Whether Stripe accepted the key last time (A11).
    public var isKeyOK: Bool
    /// When that was.
    public var checkedAt: Timestamp?
    /// Whether a pasted key is still to be proven.
    public var hasCandidate: Bool
    /// Whether Stripe's endpoint for our webhooks stands.
    public var webhookStatus: WebhookStatus
    /// Stripe's id, `we_…`.
    public var webhookEndpointID: String?
    /// How many of the account's 16 endpoints are used (F5).
    public var webhookEndpointsUsed: Int?
    /// When the newest event came.
    public var lastEventAt: Timestamp?
    /// Whether the account may charge.
    public var chargesEnabled: Bool
    /// Whether the account is paid out (C5).
    public var payoutsEnabled: Bool
    /// Whether onboarding was finished (C6).
    public var detailsSubmitted: Bool
    /// Stripe's requirements: `currently_due`, `past_due`, `disabled_reason`, `current_deadline`; JSON text.
    public var requirements: String
    /// Stripe's last refusal: `code`, `detail`, `request_id`; JSON text.
    public var problem: String?
    /// When it was made.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
}

/// Where a tenant's link to Stripe stands (DOMAIN 4.4).
public enum ConnectionStatus: String, CaseIterable, Sendable {
    /// Nothing was proven yet.
    case new
    /// A pasted key is being proven.
    case validating
    /// The owner has not finished Stripe's onboarding.
    case onboarding
    /// Stripe wants more before it pays out.
    case restricted
    /// Works.
    case connected
    /// Works, but the webhook is missing, a permission is lost, or events come late.
    case degraded
    /// Stripe refuses the key; commands wait.
    case invalid
    /// Ended by wish, or by the owner at Stripe.
    case disconnected

    /// Whether commands for Stripe are accepted: they wait for a connection that comes back, not for one that is gone.
    public var acceptsCommands: Bool { self != .disconnected }

    /// Whether what we know of Stripe's objects may be out of date.
    public var isStale: Bool { self == .invalid || self == .disconnected }

    /// Whether this status may follow another one. A connection that was ended begins anew, and nothing skips the
    /// proof.
    public func mayFollow(_ before: ConnectionStatus) -> Bool {
        if self == before { return true }
        switch before {
        case .disconnected: return self == .validating || self == .onboarding
        case .new: return self != .degraded
        default: return self != .new
        }
    }
}
