public import Jobs

/// A door to where the account's owner manages it: Stripe's onboarding while that is unfinished, else the account's own
/// dashboard. Result: `url`, and `expires_at` where it expires.
public struct MakeDashboardLink: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "connect.dashboard"
    /// Which workers carry it out.
    public static let queue = QueueName.onboarding
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip

    /// The tenant's connection.
    public var connection: Connection.ID
    /// Where Stripe sends the owner after the onboarding.
    public var returnURL: String
    /// Where Stripe sends the owner when the link is used up.
    public var refreshURL: String
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "connection" }

    /// States the wish.
    public init(connection: Connection.ID, returnURL: String, refreshURL: String) {
        self.connection = connection
        self.returnURL = returnURL
        self.refreshURL = refreshURL
    }

    enum CodingKeys: String, CodingKey {
        case connection
        case returnURL = "return_url"
        case refreshURL = "refresh_url"
    }
}
