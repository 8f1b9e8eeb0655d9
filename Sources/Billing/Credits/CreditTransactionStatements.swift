public import Jobs
public import Postgres

/// What moved at Stripe for credits, newest first (L16).
public struct ListCreditTransactions: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT x.id, x.client_id, x.purchase_id, x.type, x.amount, x.currency, x.fee, x.net, x.settled_currency,
               x.status, x.stripe_id, x.payment_intent, x.created_at, c.account_id, t.livemode
          FROM app.credit_transaction x
          JOIN app.tenant t ON t.tenant_id = x.tenant_id
          LEFT JOIN app.connection c ON c.tenant_id = x.tenant_id
         WHERE x.id IN (
           (SELECT id FROM app.credit_transaction WHERE NOT $3 AND id < $1 AND ($5::uuid IS NULL OR client_id = $5)
             AND ($6::text IS NULL OR type = $6) ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.credit_transaction WHERE $3 AND id > $2 AND ($5::uuid IS NULL OR client_id = $5)
             AND ($6::text IS NULL OR type = $6) ORDER BY id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// The filters narrow it.
    public init(_ page: Page, client: Client.ID? = nil, direction: CreditTransaction.Direction? = nil) {
        parameters = page.parameters + [.optional(client?.rawValue), .optional(direction?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditTransaction {
        CreditTransaction(
            id: try row.id(0), client: try row.id(1), purchase: try row.id(2), direction: try row.word(3),
            amount: try row.int(4), currency: try row.string(5), fee: try row.optionalInt(6),
            net: try row.optionalInt(7), settledCurrency: try row.optionalString(8), status: try row.string(9),
            stripeID: try row.string(10), paymentIntent: try row.string(11), createdAt: try row.timestamp(12),
            account: try row.optionalString(13), livemode: try row.bool(14))
    }
}

/// Keeps a payment or refund as Stripe tells it; seen again, its state follows.
public struct MarkCreditTransaction: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.credit_transaction AS t (id, client_id, purchase_id, type, amount, currency, status, stripe_id,
          payment_intent)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (tenant_id, stripe_id) DO UPDATE SET status = EXCLUDED.status, amount = EXCLUDED.amount,
          updated_at = now()
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `amount` is negative for a refund.
    public init(
        _ id: CreditTransaction.ID, of purchase: CreditPurchase, _ direction: CreditTransaction.Direction,
        amount: Int64, status: String, stripeID: String, paymentIntent: String
    ) {
        parameters = [
            .uuid(id.rawValue), .uuid(purchase.client.rawValue), .uuid(purchase.id.rawValue),
            .text(direction.rawValue), .int(amount), .text(purchase.amount.currency.code), .text(status),
            .text(stripeID), .text(paymentIntent),
        ]
    }
}

/// What Stripe took for it.
public struct MarkCreditTransactionSettled: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.credit_transaction SET fee = $2, net = $3, settled_currency = $4, balance_transaction = $5,
          updated_at = now()
         WHERE stripe_id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// By `pi_…` or `re_…`.
    public init(_ stripeID: String, fee: Int64, net: Int64, currency: String, balanceTransaction: String) {
        parameters = [.text(stripeID), .int(fee), .int(net), .text(currency), .text(balanceTransaction)]
    }
}
