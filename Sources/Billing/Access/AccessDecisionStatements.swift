public import Daemon
public import Jobs
public import Postgres

/// A tenant's rules about access and new clients.
public struct TenantRules: Equatable, Sendable {
    /// When a failed payment refuses the client.
    public var access: AccessPolicy
    /// Whether a client without a card waits with its first subscription (E14).
    public var requiresCard: Bool
}

/// The entered tenant's rules.
public struct FindTenantRules: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT block_on, coalesce(grace_days, 0), require_card, block_scope, no_subscription, on_dispute
          FROM app.tenant
        """

    /// States the question.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> TenantRules {
        try TenantRules(
            access: AccessPolicy(
                blockOn: row.word(0), graceDays: Int(row.int32(1)), blockScope: row.word(3),
                noSubscription: row.word(4),
                onDispute: row.word(5)),
            requiresCard: row.bool(2))
    }
}

/// What the lock on a client's access shows.
public struct AccessLock: Equatable, Sendable {
    /// Whether a payment method is saved.
    public var hasCard: Bool
    /// The state so far.
    public var state: AccessState
}

/// Locks a client's access: its deciders come one after the other.
public struct LockAccess: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT payment_method IS NOT NULL, access_state FROM app.client WHERE id = $1 FOR NO KEY UPDATE
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the client.
    public init(_ client: Client.ID) {
        parameters = [.uuid(client.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> AccessLock {
        try AccessLock(hasCard: row.bool(0), state: row.word(1))
    }
}

/// Every subscription of a client, with its oldest invoice whose payment failed and that is still to be paid.
public struct ListSubscriptionFacts: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT s.id, s.status, s.cancellation_reason, coalesce(s.started_at, s.created_at), f.id, f.first_failed_at,
               s.block_on, s.grace_days, s.started_at IS NOT NULL
          FROM app.subscription s
          LEFT JOIN LATERAL (SELECT i.id, i.first_failed_at FROM app.invoice i
                              WHERE i.tenant_id = s.tenant_id AND i.subscription_id = s.id AND i.status = 'open'
                                AND i.first_failed_at IS NOT NULL
                              ORDER BY i.first_failed_at LIMIT 1) f ON true
         WHERE s.client_id = $1 ORDER BY s.id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the client.
    public init(of client: Client.ID) {
        parameters = [.uuid(client.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> AccessFacts.SubscriptionFact {
        let own: BlockPolicy? = try row.optionalWord(6)
        let days = try row.optionalInt32(7).map(Int.init) ?? 0
        return try AccessFacts.SubscriptionFact(
            id: row.id(0), status: row.word(1),
            cancellationReason: row.optionalString(2).map(CancellationReason.init(rawValue:)),
            beganAt: row.timestamp(3), failedInvoice: row.optionalID(4), firstFailedAt: row.optionalTimestamp(5),
            hasRun: row.bool(8), policy: own.map { AccessPolicy(blockOn: $0, graceDays: days) })
    }
}

/// Every hold of a client, released ones too.
public struct ListHolds: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT h.id, h.reason, h.effect, h.policy, h.subscription_id, h.invoice_id, h.cause_kind, h.cause_id,
          h.deadline_at, h.opened_at, h.release_kind, h.expires_at, h.opened_role, h.note, h.dispute
          FROM app.access_hold h WHERE h.client_id = $1 ORDER BY h.id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the client.
    public init(of client: Client.ID) {
        parameters = [.uuid(client.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> AccessHold {
        try AccessHold(row, from: 0)
    }
}

/// A new hold.
public struct InsertHold: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.access_hold (id, client_id, reason, effect, policy, subscription_id, invoice_id, cause_kind,
          cause_id, deadline_at, expires_at, opened_role, note, dispute)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish and what made it.
    public init(
        _ id: AccessHold.ID, on client: Client.ID, _ opening: AccessProjection.Opening, because cause: AccessCause
    ) {
        parameters = [
            .uuid(id.rawValue), .uuid(client.rawValue), .text(opening.reason.rawValue), .text(opening.effect.rawValue),
            .optional(opening.policy?.rawValue), .optional(opening.subscription?.rawValue),
            .optional(opening.invoice?.rawValue), .text(cause.kind.rawValue), .text(cause.id),
            .optional(opening.deadline), .optional(opening.expiresAt), .optional(opening.role?.rawValue),
            .optional(opening.note), .optional(opening.dispute),
        ]
    }
}

/// Ends an open hold.
public struct MarkHoldReleased: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.access_hold SET released_at = now(), release_kind = $2, released_by = $3 WHERE id = $1
          AND released_at IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the hold and what ended it.
    public init(_ id: AccessHold.ID, _ release: HoldRelease, by cause: AccessCause) {
        parameters = [.uuid(id.rawValue), .text(release.rawValue), .text(cause.id)]
    }
}

/// The end of an open hold's grace, derived anew.
public struct MarkHoldDeadline: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.access_hold SET deadline_at = $2 WHERE id = $1 AND released_at IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the hold.
    public init(_ id: AccessHold.ID, _ deadline: Timestamp?) {
        parameters = [.uuid(id.rawValue), .optional(deadline)]
    }
}

/// A client's access state, anew.
public struct MarkAccess: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.client SET access_state = $2, access_at = now(), updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the client.
    public init(of client: Client.ID, _ state: AccessState) {
        parameters = [.uuid(client.rawValue), .text(state.rawValue)]
    }
}

/// Why a client's access state changed: no change is without such a row (V12).
public struct InsertAccessTransition: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.access_transition (id, client_id, from_state, to_state, hold_id, cause_kind, cause_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the fact.
    public init(
        _ id: AccessTransition.ID, of client: Client.ID, _ change: AccessChange, hold: AccessHold.ID?,
        because cause: AccessCause
    ) {
        parameters = [
            .uuid(id.rawValue), .uuid(client.rawValue), .text(change.from.rawValue), .text(change.to.rawValue),
            .optional(hold?.rawValue), .text(cause.kind.rawValue), .text(cause.id),
        ]
    }
}
