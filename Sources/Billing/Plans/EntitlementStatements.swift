public import Daemon
public import Jobs
public import Postgres

/// What a client may use of a feature, before it is compared with what was used.
public struct Entitlement: Equatable, Sendable {
    /// Whether the client gets in at all.
    public var access: AccessState
    /// The plan that decides; nil when the client has none.
    public var plan: Plan.ID?
    /// Its version.
    public var planVersion: Int?
    /// The subscription it was sold by; nil of the default plan.
    public var subscription: Subscription.ID?
    /// What the plan grants; nil when it does not name the feature.
    public var quota: Quota?
    /// Since when is counted; inclusive.
    public var periodStart: Timestamp?
    /// Until when; exclusive. Nil: for ever.
    public var periodEnd: Timestamp?
    /// Whether its prepaid credits are used up, and what is metered stops until there are new ones.
    public var isOutOfCredits: Bool

    /// Whether the feature is one that stops for want of credits.
    public var isStopped: Bool { isOutOfCredits && quota?.kind == .metered }
}

/// What a client may use of a feature.
public struct FindEntitlement: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT access_state, plan_id, plan_version, subscription_id, type, quota_limit, soft_limit, reset, overage,
          period_start, period_end, EXISTS (SELECT 1 FROM app.access_hold h
            WHERE h.client_id = $1 AND h.effect = 'metered' AND h.released_at IS NULL)
          FROM app.entitlement($1, $2)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names both.
    public init(of client: Client.ID, feature: String) {
        parameters = [.uuid(client.rawValue), .text(feature)]
    }

    /// Reads a row; which feature it is of, the caller knows.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Entitlement {
        var quota: Quota?
        if let kind: Quota.Kind = try row.optionalWord(4) {
            quota = Quota(
                feature: "", kind: kind, limit: try row.optionalInt(5), softLimit: try row.optionalInt(6),
                reset: try row.word(7), overage: try row.word(8))
        }
        return Entitlement(
            access: try row.word(0), plan: try row.optionalID(1),
            planVersion: try row.optionalInt32(2).map { Int($0) }, subscription: try row.optionalID(3), quota: quota,
            periodStart: try row.optionalTimestamp(9), periodEnd: try row.optionalTimestamp(10),
            isOutOfCredits: try row.bool(11))
    }
}

/// The features that the plans of a client name.
public struct ListFeatures: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT DISTINCT q.feature
          FROM app.plan_quota q
         WHERE (q.plan_id, q.version) IN (
           SELECT s.plan_id, s.plan_version FROM app.subscription s
            WHERE s.client_id = $1 AND s.status IN ('active', 'trialing', 'past_due')
           UNION ALL SELECT p.id, p.version FROM app.plan p WHERE p.is_default AND p.status = 'active')
         ORDER BY 1 LIMIT 200
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the client.
    public init(of client: Client.ID) {
        parameters = [.uuid(client.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> String {
        try row.string(0)
    }
}

/// How much a client used since a moment.
public struct FindQuotaUsage: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT used FROM app.quota_usage WHERE client_id = $1 AND feature = $2 AND period_start = $3
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names what is counted.
    public init(of client: Client.ID, feature: String, since start: Timestamp) {
        parameters = [.uuid(client.rawValue), .text(feature), .timestamp(start)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 {
        try row.int(0)
    }
}

/// What came of taking from a quota.
public struct QuotaTaken: Equatable, Sendable {
    /// Whether there was enough.
    public var isTaken: Bool
    /// How much is used by now.
    public var used: Int64
    /// This very call reached the soft limit.
    public var isWarning: Bool
    /// This very call was the first beyond the limit, or the first refused.
    public var isExceeding: Bool
    /// This very call went below the soft limit again.
    public var isRecovering: Bool
}

/// Takes so much of a quota, or gives it back. Callers at the same time come one after the other.
public struct ConsumeQuota: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT taken, used, warned, exceeded, recovered FROM app.consume_quota($1, $2, $3, $4, $5, $6, $7)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `amount` below zero gives back.
    public init(of client: Client.ID, _ quota: Quota, since start: Timestamp, amount: Int64) {
        parameters = [
            .uuid(client.rawValue), .text(quota.feature), .timestamp(start), .int(amount), .optional(quota.limit),
            .optional(quota.softLimit), .bool(quota.overage == .block),
        ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> QuotaTaken {
        try QuotaTaken(
            isTaken: row.bool(0), used: row.int(1), isWarning: row.bool(2), isExceeding: row.bool(3),
            isRecovering: row.bool(4))
    }
}
