public import Jobs
public import Postgres

/// A client's access and open holds: one row for each hold, one without when there is none. One round trip with its
/// entry.
public struct ViewAccess: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT c.id, c.access_state, c.access_at, CASE WHEN n.status IN ('invalid', 'disconnected')
          THEN n.updated_at END, e.type,
               i.hosted_invoice_url,
               h.id, h.reason, h.effect, h.policy, h.subscription_id, h.invoice_id, h.cause_kind, h.cause_id,
                 h.deadline_at, h.opened_at, h.release_kind, h.expires_at, h.opened_role, h.note, h.dispute
          FROM app.client c
          LEFT JOIN app.connection n ON n.tenant_id = c.tenant_id
          LEFT JOIN app.access_hold h ON h.tenant_id = c.tenant_id AND h.client_id = c.id AND h.released_at IS NULL
          LEFT JOIN app.stripe_event e ON e.tenant_id = h.tenant_id AND h.cause_kind = 'event'
            AND e.event_id = h.cause_id
          LEFT JOIN app.invoice i ON i.tenant_id = h.tenant_id AND i.id = h.invoice_id AND i.status = 'open'
         WHERE c.id = $1 ORDER BY h.id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the client.
    public init(_ client: Client.ID) {
        parameters = [.uuid(client.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> AccessView {
        var holds: [AccessView.Hold] = []
        if !row.isNull(6) {
            holds.append(
                AccessView.Hold(
                    hold: try AccessHold(row, from: 6), eventType: try row.optionalString(4),
                    payURL: try row.optionalString(5)))
        }
        return AccessView(
            client: try row.id(0), state: try row.word(1), since: try row.timestamp(2),
            staleSince: try row.optionalTimestamp(3), holds: holds)
    }
}

extension AccessView {
    /// Puts the rows of `ViewAccess` together; nil when there is no such client.
    public init?(_ rows: [AccessView]) {
        guard var view = rows.first else { return nil }
        view.holds = rows.flatMap(\.holds)
        self = view
    }
}

/// A client's changes of access, newest first (G7).
public struct ListAccessTransitions: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT t.id, t.from_state, t.to_state, t.at, t.cause_kind, t.cause_id, e.type, i.number,
               h.id, h.reason, h.effect, h.policy, h.subscription_id, h.invoice_id, h.cause_kind, h.cause_id,
                 h.deadline_at, h.opened_at, h.release_kind, h.expires_at, h.opened_role, h.note, h.dispute,
               i.stripe_invoice, s.stripe_subscription, n.account_id
          FROM app.access_transition t
          LEFT JOIN app.access_hold h ON h.tenant_id = t.tenant_id AND h.id = t.hold_id
          LEFT JOIN app.stripe_event e ON e.tenant_id = t.tenant_id AND t.cause_kind = 'event'
            AND e.event_id = t.cause_id
          LEFT JOIN app.invoice i ON i.tenant_id = h.tenant_id AND i.id = h.invoice_id
          LEFT JOIN app.subscription s ON s.tenant_id = h.tenant_id AND s.id = h.subscription_id
          LEFT JOIN app.connection n ON n.tenant_id = t.tenant_id
         WHERE t.id IN (
           (SELECT x.id FROM app.access_transition x WHERE NOT $3 AND x.client_id = $5 AND x.id < $1
             ORDER BY x.id DESC LIMIT $4)
           UNION ALL
           (SELECT x.id FROM app.access_transition x WHERE $3 AND x.client_id = $5 AND x.id > $2
             ORDER BY x.id LIMIT $4))
         ORDER BY t.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the client.
    public init(of client: Client.ID, _ page: Page) {
        parameters = page.parameters + [.uuid(client.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> AccessTransition {
        try AccessTransition(
            id: row.id(0), from: row.word(1), to: row.word(2), at: row.timestamp(3),
            cause: AccessCause(row.word(4), row.string(5)), eventType: row.optionalString(6),
            hold: row.isNull(8) ? nil : AccessHold(row, from: 8), invoiceNumber: row.optionalString(7),
            stripeInvoice: row.optionalString(23), stripeSubscription: row.optionalString(24),
            account: row.optionalString(25))
    }
}

extension AccessHold {
    /// Reads the fifteen columns of a hold that begin at `column`.
    init(_ row: borrowing ResultRow, from column: Int) throws(PostgresError) {
        self.init(
            id: try row.id(column), reason: try row.word(column + 1), effect: try row.word(column + 2),
            policy: try row.optionalWord(column + 3), subscription: try row.optionalID(column + 4),
            invoice: try row.optionalID(column + 5),
            cause: AccessCause(try row.word(column + 6), try row.string(column + 7)),
            deadline: try row.optionalTimestamp(column + 8), openedAt: try row.timestamp(column + 9),
            release: try row.optionalWord(column + 10), expiresAt: try row.optionalTimestamp(column + 11),
            openedRole: try row.optionalWord(column + 12), note: try row.optionalString(column + 13),
            dispute: try row.optionalString(column + 14))
    }
}
