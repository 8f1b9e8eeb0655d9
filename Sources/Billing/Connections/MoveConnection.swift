public import Jobs

/// Changes how the same account is reached: by its own key, or through the platform. Clients, subscriptions and
/// everything at Stripe stay what they are.
public struct MoveConnection: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "connection.move"
    /// Which workers carry it out.
    public static let queue = QueueName.onboarding
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip

    /// The tenant's connection.
    public var connection: Connection.ID
    /// `secret_key` or `connect`.
    public var to: String
    /// The pasted key's ciphertext; only for `secret_key`.
    public var secret: SealedSecret.ID?
    /// Whether to tell only what would happen.
    public var isDryRun: Bool
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "connection" }

    /// States the wish.
    public init(connection: Connection.ID, to mode: Connection.Mode, secret: SealedSecret.ID?, isDryRun: Bool) {
        self.connection = connection
        to = mode.rawValue
        self.secret = secret
        self.isDryRun = isDryRun
    }

    enum CodingKeys: String, CodingKey {
        case connection, to, secret
        case isDryRun = "dry_run"
    }
}
