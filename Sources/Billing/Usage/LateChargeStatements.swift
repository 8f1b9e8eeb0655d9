internal import FoundationEssentials
public import Jobs
public import Postgres

/// Puts the late usage of the next client who has some on an invoice of its own.
public struct ChargeNextClient: Statement {
    /// What came of it.
    public struct Charged: Sendable {
        /// Somebody else is at it: come again.
        public let isBusy: Bool
        /// Whose turn it was; nil when nobody has any.
        public let client: Client.ID?
        /// What is to be made at Stripe; nil when it comes to nothing.
        public let invoice: Invoice.ID?
        /// Nobody knows a price for it: the next client.
        public let isStuck: Bool
    }

    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT coalesce((c ->> 'busy')::boolean, false), (c ->> 'client')::uuid, (c ->> 'invoice')::uuid,
               coalesce((c ->> 'stuck')::boolean, false)
          FROM app.charge_late_usage($1, $2) c
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `invoice` is the id it gets; after one client, or the first.
    public init(_ invoice: Invoice.ID, after client: Client.ID?) {
        parameters = [.uuid(invoice.rawValue), .optional(client?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Charged {
        try Charged(isBusy: row.bool(0), client: row.optionalID(1), invoice: row.optionalID(2), isStuck: row.bool(3))
    }
}

/// The late charges on an invoice of ours, in their order.
public struct ListLateCharges: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT h.id, 'Late usage: ' || CASE m.metric WHEN 'seconds' THEN trim_scale(round(h.quantity / 60.0, 2))::text
                 || ' minutes' ELSE h.quantity || ' ' || m.display_name END, d.stripe_product, p.currency, h.amount,
               nullif(p.tax_behavior, 'unspecified'), h.period_start, h.period_end, h.stripe_item
          FROM app.late_charge h
          JOIN app.price p ON p.tenant_id = h.tenant_id AND p.id = h.price_id
          JOIN app.product d ON d.tenant_id = p.tenant_id AND d.id = p.product_id
          JOIN app.meter m ON m.tenant_id = p.tenant_id AND m.id = p.meter_id
         WHERE h.tenant_id = app.current_tenant() AND h.invoice_id = $1 AND h.amount > 0 ORDER BY h.period_start, h.id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(on invoice: Invoice.ID) { parameters = [.uuid(invoice.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> LateCharge {
        try LateCharge(
            id: row.id(0), description: row.string(1), stripeProduct: row.string(2), currency: row.string(3),
            amount: row.int(4), taxBehavior: row.optionalString(5), start: row.timestamp(6), end: row.timestamp(7),
            stripeItem: row.optionalString(8))
    }
}

/// Its line is on the draft.
public struct MarkLateChargeMade: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "UPDATE app.late_charge SET stripe_item = $2 WHERE id = $1"
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names both.
    public init(_ id: LateCharge.ID, item: String) { parameters = [.uuid(id.rawValue), .text(item)] }
}

/// An invoice that was never made bills nothing: its usage may be charged anew.
public struct ReleaseLateCharges: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "SELECT app.release_late_charges($1)"
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(of invoice: Invoice.ID) { parameters = [.uuid(invoice.rawValue)] }
}
