public import Jobs
public import Postgres

// Deletes a bounded number of rows whose time is over. A command that wrote to Stripe is kept for ever: it says what
// became of money. So is one with a dedupe key, which says that something was done once, unless it is one of those
// that come again and again by themselves. The ledger, invoices, usage, events and the audit log are none of these.

/// Answers under idempotency keys, after the 30 days in which a request may be asked again.
struct DeleteOldAnswers: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = """
        WITH gone AS (
          DELETE FROM app.idempotency WHERE (tenant_id, key) IN (
            SELECT i.tenant_id, i.key FROM app.idempotency i WHERE i.created_at < now() - interval '30 days' LIMIT $1)
          RETURNING 1
        ) SELECT count(*) FROM gone
        """
    let parameters: [Parameter]

    init(atMost limit: Int) { parameters = [.int(Int64(limit))] }

    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// Attempts of commands that ended; those of a command that wrote to Stripe too: what was written stands in its calls.
struct DeleteOldAttempts: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = """
        WITH cut AS (SELECT now() - make_interval(days => t.retention_days) AS at FROM app.tenant t), gone AS (
          DELETE FROM app.attempt WHERE (id, tenant_id) IN (
            SELECT a.id, a.tenant_id FROM cut, app.attempt a
              JOIN app.command c ON c.tenant_id = a.tenant_id AND c.id = a.command_id
             WHERE a.at < cut.at AND c.outcome IN ('done', 'failed', 'cancelled') AND c.finished_at < cut.at
             LIMIT $1) RETURNING 1
        ) SELECT count(*) FROM gone
        """
    let parameters: [Parameter]

    init(atMost limit: Int) { parameters = [.int(Int64(limit))] }

    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// Ended commands without attempts that never wrote to Stripe.
struct DeleteOldCommands: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = """
        WITH cut AS (SELECT now() - make_interval(days => t.retention_days) AS at FROM app.tenant t), gone AS (
          DELETE FROM app.command WHERE (id, tenant_id) IN (
            SELECT c.id, c.tenant_id FROM cut, app.command c
             WHERE c.outcome IN ('done', 'failed', 'cancelled') AND c.finished_at < cut.at
               AND (c.dedupe_key IS NULL OR c.kind IN ('events.sweep', 'connection.check', 'usage.sweep_reports',
                 'usage.check', 'usage.flush', 'usage.attribute', 'usage.backfill', 'usage.charge_late',
                 'reconciliation.nightly', 'rows.forget', 'domain.check'))
               AND NOT EXISTS (SELECT 1 FROM app.stripe_call s WHERE s.tenant_id = c.tenant_id AND s.command_id = c.id)
               AND NOT EXISTS (SELECT 1 FROM app.attempt a WHERE a.tenant_id = c.tenant_id AND a.command_id = c.id)
             LIMIT $1) RETURNING 1
        ) SELECT count(*) FROM gone
        """
    let parameters: [Parameter]

    init(atMost limit: Int) { parameters = [.int(Int64(limit))] }

    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// The tries of deliveries that ended.
struct DeleteOldTries: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = """
        WITH cut AS (SELECT now() - make_interval(days => t.retention_days) AS at FROM app.tenant t), gone AS (
          DELETE FROM app.webhook_attempt WHERE (tenant_id, delivery_id, number) IN (
            SELECT x.tenant_id, x.delivery_id, x.number FROM cut, app.webhook_attempt x
              JOIN app.webhook_delivery d ON d.tenant_id = x.tenant_id AND d.id = x.delivery_id
             WHERE d.ended_at < cut.at AND x.at < cut.at LIMIT $1) RETURNING 1
        ) SELECT count(*) FROM gone
        """
    let parameters: [Parameter]

    init(atMost limit: Int) { parameters = [.int(Int64(limit))] }

    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// Deliveries that ended and have no tries any more. The events themselves are kept.
struct DeleteOldDeliveries: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = """
        WITH cut AS (SELECT now() - make_interval(days => t.retention_days) AS at FROM app.tenant t), gone AS (
          DELETE FROM app.webhook_delivery WHERE (tenant_id, id) IN (
            SELECT d.tenant_id, d.id FROM cut, app.webhook_delivery d
             WHERE d.ended_at < cut.at AND NOT EXISTS (
               SELECT 1 FROM app.webhook_attempt x WHERE x.tenant_id = d.tenant_id AND x.delivery_id = d.id)
             LIMIT $1) RETURNING 1
        ) SELECT count(*) FROM gone
        """
    let parameters: [Parameter]

    init(atMost limit: Int) { parameters = [.int(Int64(limit))] }

    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// Quotes that nobody bought by, 30 days after their time was over.
struct DeleteOldQuotes: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = """
        WITH gone AS (
          DELETE FROM app.credit_quote WHERE (tenant_id, id) IN (
            SELECT q.tenant_id, q.id FROM app.credit_quote q
             WHERE q.expires_at < now() - interval '30 days' AND NOT EXISTS (
               SELECT 1 FROM app.credit_purchase p WHERE p.tenant_id = q.tenant_id AND p.quote_id = q.id)
             LIMIT $1) RETURNING 1
        ) SELECT count(*) FROM gone
        """
    let parameters: [Parameter]

    init(atMost limit: Int) { parameters = [.int(Int64(limit))] }

    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// What walks through Stripe's lists asked, after 30 days; and what those saw that ended before their end.
struct DeleteOldNotes: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = """
        WITH pages AS (
          DELETE FROM app.reconciliation_page WHERE (tenant_id, reconciliation_id, number) IN (
            SELECT p.tenant_id, p.reconciliation_id, p.number FROM app.reconciliation_page p
             WHERE p.at < now() - interval '30 days' LIMIT $1) RETURNING 1
        ), sights AS (
          DELETE FROM app.reconciliation_sight WHERE (tenant_id, reconciliation_id, stripe_id) IN (
            SELECT s.tenant_id, s.reconciliation_id, s.stripe_id FROM app.reconciliation_sight s
              JOIN app.reconciliation r ON r.tenant_id = s.tenant_id AND r.id = s.reconciliation_id
             WHERE r.status <> 'running' LIMIT $1) RETURNING 1
        ) SELECT greatest((SELECT count(*) FROM pages), (SELECT count(*) FROM sights))
        """
    let parameters: [Parameter]

    init(atMost limit: Int) { parameters = [.int(Int64(limit))] }

    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

extension Transaction where Scope == TenantScope {
    /// Deletes at most so many rows of each kind whose time is over; gives how many of each.
    public func forget(atMost limit: Int) throws -> ForgottenRows {
        ForgottenRows(
            answers: try one(DeleteOldAnswers(atMost: limit)), commands: try one(DeleteOldCommands(atMost: limit)),
            attempts: try one(DeleteOldAttempts(atMost: limit)),
            deliveries: try one(DeleteOldDeliveries(atMost: limit)), tries: try one(DeleteOldTries(atMost: limit)),
            quotes: try one(DeleteOldQuotes(atMost: limit)), notes: try one(DeleteOldNotes(atMost: limit)))
    }
}
