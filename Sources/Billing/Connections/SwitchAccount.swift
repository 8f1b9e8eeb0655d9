public import Jobs

/// Lets a pasted key of another account take over; first without changing anything, to tell what would be orphaned.
public struct SwitchAccount: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "connection.switch"
    /// Which workers carry it out.
    public static let queue = QueueName.onboarding
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip

    /// The tenant's connection.
    public var connection: Connection.ID
    /// The pasted key's ciphertext.
    public var secret: SealedSecret.ID
    /// The account the caller means, `acct_…`; nil: only tell.
    public var account: String?
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "connection" }

    /// States the wish.
    public init(connection: Connection.ID, secret: SealedSecret.ID, account: String?) {
        self.connection = connection
        self.secret = secret
        self.account = account
    }
}
