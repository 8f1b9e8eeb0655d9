public import Daemon
public import Jobs
public import Postgres

/// A tenant's rules about payments that fail, as it reads and writes them.
public struct DunningPolicy: Equatable, Sendable {
    /// When a failed payment refuses the client.
    public var blockOn: BlockPolicy
    /// Asked for by `grace_elapsed`.
    public var graceDays: Int?
    /// What a block closes.
    public var blockScope: BlockScope
    /// What the end of the last subscription means.
    public var noSubscription: NoSubscriptionPolicy
    /// What a disputed charge means.
    public var onDispute: DisputePolicy
    /// Whether a client without a card waits with its first subscription (E14).
    public var requiresCard: Bool
    /// When it last changed; nil: never.
    public var updatedAt: Timestamp?

    /// States the rules.
    public init(
        blockOn: BlockPolicy, graceDays: Int?, blockScope: BlockScope, noSubscription: NoSubscriptionPolicy,
        onDispute: DisputePolicy, requiresCard: Bool, updatedAt: Timestamp? = nil
    ) {
        self.blockOn = blockOn
        self.graceDays = graceDays
        self.blockScope = blockScope
        self.noSubscription = noSubscription
        self.onDispute = onDispute
        self.requiresCard = requiresCard
        self.updatedAt = updatedAt
    }
}

/// The entered tenant's rules.
public struct FindDunningPolicy: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT block_on, grace_days, block_scope, no_subscription, on_dispute, require_card, policy_updated_at
          FROM app.tenant
        """

    /// States the question.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> DunningPolicy {
        DunningPolicy(
            blockOn: try row.word(0), graceDays: try row.optionalInt32(1).map(Int.init), blockScope: try row.word(2),
            noSubscription: try row.word(3), onDispute: try row.word(4), requiresCard: try row.bool(5),
            updatedAt: try row.optionalTimestamp(6))
    }
}

/// The tenant's rules, whole.
public struct MarkDunningPolicy: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.tenant SET block_on = $1, grace_days = $2, block_scope = $3, no_subscription = $4, on_dispute = $5,
          require_card = $6, policy_updated_at = now()
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States them.
    public init(_ policy: DunningPolicy) {
        parameters = [
            .text(policy.blockOn.rawValue), .optional(policy.graceDays.map(Int64.init)),
            .text(policy.blockScope.rawValue), .text(policy.noSubscription.rawValue),
            .text(policy.onDispute.rawValue), .bool(policy.requiresCard),
        ]
    }
}

/// Clients with an open hold for a failed payment: those whom another rule may concern. At most 1,000.
public struct ListClientsInArrears: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT DISTINCT client_id FROM app.access_hold WHERE released_at IS NULL AND reason = 'payment_failed'
         ORDER BY client_id LIMIT 1000
        """

    /// States the question.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Client.ID { try row.id(0) }
}
