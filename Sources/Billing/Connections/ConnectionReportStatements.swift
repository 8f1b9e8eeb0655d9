public import Jobs
public import Postgres

/// The report on the entered tenant's connection.
public struct FindConnectionReport: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT examined_at, tax_status, tax_missing, tax_checked_at,
               coalesce(nullif((SELECT count(*)::int FROM app.meter m WHERE m.status = 'active'), 0), meters_seen),
               last_payout, clock_drift_seconds, meter_hook_status, meter_hook_id, meter_hook_secret_id, account_via,
               CASE WHEN events_refusal ->> 'code' <> 'permission_missing' THEN events_refusal ->> 'detail' END,
               EXISTS (SELECT 1 FROM app.subscription s WHERE s.status = 'unpaid' OR s.status = 'past_due' AND EXISTS (
                 SELECT 1 FROM app.invoice i WHERE i.subscription_id = s.id AND i.status = 'open'
                   AND i.attempt_count > 0 AND i.next_payment_attempt IS NULL))
          FROM app.connection
        """

    /// States the question.
    public init() {}

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> ConnectionReport {
        try ConnectionReport(
            examinedAt: row.optionalTimestamp(0), taxStatus: row.optionalString(1), taxMissing: row.strings(2),
            taxCheckedAt: row.optionalTimestamp(3), meters: row.optionalInt32(4).map(Int.init),
            lastPayout: row.optionalJSON(5), clockDriftSeconds: row.optionalInt(6), meterHook: row.word(7),
            meterHookID: row.optionalString(8), meterHookSecret: row.optionalID(9), accountVia: row.optionalString(10),
            eventsRefusal: row.optionalString(11), hasUnpaidEnd: row.bool(12))
    }
}
