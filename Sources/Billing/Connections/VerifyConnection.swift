public import Jobs

/// Proves a pasted Stripe key, registers the webhook endpoint and turns the connection `connected`.
///
/// `secret` is the pasted key's ciphertext (`candidate_secret_id`); nil proves the active key again.
public struct VerifyConnection: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "connection.verify"
    /// Which workers carry it out.
    public static let queue = QueueName.onboarding
    /// Whether a dead one keeps its successors waiting: a key pasted later stands for itself.
    public static let onDead = OnDead.skip

    /// The tenant's connection.
    public var connection: Connection.ID
    /// The pasted key's ciphertext; nil: the active key.
    public var secret: SealedSecret.ID?
    /// The field of the request that it was pasted into, which a refusal names.
    public var field: String?
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "connection" }

    /// States the wish.
    public init(connection: Connection.ID, secret: SealedSecret.ID?, field: String? = nil) {
        self.connection = connection
        self.secret = secret
        self.field = field
    }
}
