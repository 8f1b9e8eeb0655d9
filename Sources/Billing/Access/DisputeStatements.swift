public import Jobs
public import Postgres

/// A dispute as fetched.
public struct DisputeSnapshot: Equatable, Sendable {
    /// `dp_…` or `du_…`
    public var id: String
    /// `ch_…`
    public var charge: String?
    /// Stripe's word.
    public var status: String
    /// Stripe's word.
    public var reason: String?
    /// Minor units.
    public var amount: Int64
    /// Lower case.
    public var currency: String

    /// States the facts.
    public init(id: String, charge: String?, status: String, reason: String?, amount: Int64, currency: String) {
        self.id = id
        self.charge = charge
        self.status = status
        self.reason = reason
        self.amount = amount
        self.currency = currency
    }
}

/// What Stripe says of a dispute; accepted only when fetched later than what is known.
public struct MarkDisputeSnapshot: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.dispute AS d (id, client_id, stripe_dispute, stripe_charge, status, reason, amount, currency,
          snapshot_seq)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (tenant_id, stripe_dispute) DO UPDATE SET status = EXCLUDED.status, reason = EXCLUDED.reason,
          amount = EXCLUDED.amount, snapshot_seq = EXCLUDED.snapshot_seq, updated_at = now()
         WHERE d.snapshot_seq < EXCLUDED.snapshot_seq
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the row, whose it is, and the facts.
    public init(_ id: Dispute.ID, of client: Client.ID, _ snapshot: DisputeSnapshot, seq: Int64) {
        parameters = [
            .uuid(id.rawValue), .uuid(client.rawValue), .text(snapshot.id), .optional(snapshot.charge),
            .text(snapshot.status), .optional(snapshot.reason), .int(snapshot.amount), .text(snapshot.currency),
            .int(seq),
        ]
    }
}

/// Every dispute of a client, oldest first.
public struct ListDisputeFacts: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT stripe_dispute, status FROM app.dispute WHERE client_id = $1 ORDER BY id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the client.
    public init(of client: Client.ID) { parameters = [.uuid(client.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> AccessFacts.DisputeFact {
        AccessFacts.DisputeFact(id: try row.string(0), status: try row.string(1))
    }
}

/// A disputed charge of a client's.
public struct Dispute: Sendable {}
