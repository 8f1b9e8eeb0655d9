public import Jobs
public import Postgres

/// One refund, by our id.
public struct FindCreditRefund: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, purchase_id, client_id, amount, currency, reason, origin, status, stripe_refund, credits, problem,
          created_at
          FROM app.credit_refund WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: CreditRefund.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditRefund {
        try CreditRefund(row)
    }
}

/// Every refund of a purchase, oldest first.
public struct ListRefundsOfPurchase: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, purchase_id, client_id, amount, currency, reason, origin, status, stripe_refund, credits, problem,
          created_at
          FROM app.credit_refund WHERE purchase_id = $1 ORDER BY id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the purchase.
    public init(_ purchase: CreditPurchase.ID) {
        parameters = [.uuid(purchase.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditRefund {
        try CreditRefund(row)
    }
}

/// A refund somebody wishes here.
public struct InsertCreditRefund: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.credit_refund (id, purchase_id, client_id, amount, currency, reason, origin, status)
        VALUES ($1, $2, $3, $4, $5, $6, 'api', 'preparing')
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(_ id: CreditRefund.ID, of purchase: CreditPurchase, _ amount: Int64, reason: String?) {
        parameters = [
            .uuid(id.rawValue), .uuid(purchase.id.rawValue), .uuid(purchase.client.rawValue), .int(amount),
            .text(purchase.amount.currency.code), .optional(reason),
        ]
    }
}

/// Stripe refuses it.
public struct MarkCreditRefundFailed: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.credit_refund SET status = 'failed', problem = $2, updated_at = now()
         WHERE id = $1 AND status = 'preparing'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Says why.
    public init(_ id: CreditRefund.ID, problem: String) {
        parameters = [.uuid(id.rawValue), .json(problem)]
    }
}

/// One of ours exists at Stripe.
public struct MarkCreditRefundMade: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.credit_refund SET stripe_refund = $2, updated_at = now() WHERE id = $1 AND stripe_refund IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names both.
    public init(_ id: CreditRefund.ID, refund: String) {
        parameters = [.uuid(id.rawValue), .text(refund)]
    }
}

/// What Stripe says of a refund: accepted only when fetched later than what is known. One made in Stripe's dashboard
/// becomes a row.
public struct MarkCreditRefundSnapshot: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.credit_refund AS r (id, purchase_id, client_id, amount, currency, origin, status, stripe_refund,
          snapshot_seq, problem)
        VALUES ($1, $2, $3, $4, $5, 'stripe', $6, $7, $8, $9)
        ON CONFLICT (tenant_id, stripe_refund) DO UPDATE
           SET status = EXCLUDED.status, amount = EXCLUDED.amount, snapshot_seq = EXCLUDED.snapshot_seq,
               problem = EXCLUDED.problem, updated_at = now()
         WHERE r.snapshot_seq < EXCLUDED.snapshot_seq
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `id` is what the row gets when it is new to us.
    public init(_ id: CreditRefund.ID, of purchase: CreditPurchase, _ snapshot: CreditRefundSnapshot) {
        parameters = [
            .uuid(id.rawValue), .uuid(purchase.id.rawValue), .uuid(purchase.client.rawValue), .int(snapshot.amount),
            .text(purchase.amount.currency.code), .text(snapshot.status.rawValue), .text(snapshot.stripeID),
            .int(snapshot.seq), .optional(json: snapshot.problem),
        ]
    }
}

/// So many credits are taken back for it.
public struct MarkCreditRefundTaken: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.credit_refund SET credits = $2, updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: CreditRefund.ID, _ credits: CreditAmount) {
        parameters = [.uuid(id.rawValue), .int(credits.micro)]
    }
}

extension CreditRefund {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), purchase: try row.id(1), client: try row.id(2), amount: try row.int(3),
            currency: try row.string(4), reason: try row.optionalString(5), origin: try row.string(6),
            status: try row.word(7), stripeRefund: try row.optionalString(8),
            credits: CreditAmount(micro: try row.int(9)), problem: try row.optionalJSON(10),
            createdAt: try row.timestamp(11))
    }
}
