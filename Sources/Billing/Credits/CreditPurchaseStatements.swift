public import Jobs
public import Postgres

/// One purchase.
public struct FindCreditPurchase: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT x.id, x.client_id, x.quote_id, x.pricing_id, p.version, x.amount, x.currency, x.credits, x.origin,
               x.method, x.status, x.success_url, x.cancel_url, x.stripe_payment_intent, x.stripe_session, x.url,
               x.expires_at, x.amount_refunded, x.problem, x.paid_at, x.created_at, x.updated_at
          FROM app.credit_purchase x
          JOIN app.credit_pricing p ON p.tenant_id = x.tenant_id AND p.id = x.pricing_id
         WHERE x.id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: CreditPurchase.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditPurchase {
        try CreditPurchase(row)
    }
}

/// Purchases, newest first.
public struct ListCreditPurchases: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT x.id, x.client_id, x.quote_id, x.pricing_id, p.version, x.amount, x.currency, x.credits, x.origin,
               x.method, x.status, x.success_url, x.cancel_url, x.stripe_payment_intent, x.stripe_session, x.url,
               x.expires_at, x.amount_refunded, x.problem, x.paid_at, x.created_at, x.updated_at
          FROM app.credit_purchase x
          JOIN app.credit_pricing p ON p.tenant_id = x.tenant_id AND p.id = x.pricing_id
         WHERE x.id IN (
           (SELECT id FROM app.credit_purchase WHERE NOT $3 AND id < $1 AND ($5::uuid IS NULL OR client_id = $5)
             AND ($6::text IS NULL OR status = $6) ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.credit_purchase WHERE $3 AND id > $2 AND ($5::uuid IS NULL OR client_id = $5)
             AND ($6::text IS NULL OR status = $6) ORDER BY id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// The filters narrow it.
    public init(_ page: Page, client: Client.ID? = nil, status: CreditPurchase.Status? = nil) {
        parameters = page.parameters + [.optional(client?.rawValue), .optional(status?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditPurchase {
        try CreditPurchase(row)
    }
}

/// The purchase a quote was bought by.
public struct FindPurchaseOfQuote: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id FROM app.credit_purchase WHERE quote_id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the quote.
    public init(_ quote: CreditQuote.ID) {
        parameters = [.uuid(quote.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditPurchase.ID {
        try row.id(0)
    }
}

/// The purchase of one of Stripe's payments or pages, and its client.
public struct FindPurchaseByStripe: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id FROM app.credit_purchase WHERE stripe_payment_intent = $1 OR stripe_session = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// By `pi_…` or `cs_…`.
    public init(_ stripeID: String) {
        parameters = [.text(stripeID)]
    }

    /// Reads a row.
    public static func decode(
        _ row: borrowing ResultRow
    ) throws(PostgresError) -> RefreshCreditPurchase {
        RefreshCreditPurchase(purchase: try row.id(0), client: try row.id(1))
    }
}

/// A new purchase at a quote's terms, not yet at Stripe.
public struct InsertCreditPurchase: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.credit_purchase (id, client_id, quote_id, pricing_id, amount, currency, credits, origin, method,
          success_url, cancel_url)
        SELECT $1, q.client_id, q.id, q.pricing_id, q.amount, q.currency, q.credits, $3, $4, $5, $6
          FROM app.credit_quote q WHERE q.id = $2
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(
        _ id: CreditPurchase.ID, of quote: CreditQuote.ID, _ origin: CreditPurchase.Origin,
        _ method: CreditPurchase.Method, successURL: String?, cancelURL: String?
    ) {
        parameters = [
            .uuid(id.rawValue), .uuid(quote.rawValue), .text(origin.rawValue), .text(method.rawValue),
            .optional(successURL), .optional(cancelURL),
        ]
    }
}

extension CreditPurchase {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        guard let amount = try? Money(try row.int(5), try row.currency(6)) else {
            throw .unexpectedColumn(5, "an amount")
        }
        self.init(
            id: try row.id(0), client: try row.id(1), quote: try row.id(2), pricing: try row.id(3),
            version: Int(try row.int32(4)), amount: amount, credits: CreditAmount(micro: try row.int(7)),
            origin: try row.word(8), method: try row.word(9), status: try row.word(10),
            successURL: try row.optionalString(11), cancelURL: try row.optionalString(12),
            stripePaymentIntent: try row.optionalString(13), stripeSession: try row.optionalString(14),
            url: try row.optionalString(15), expiresAt: try row.optionalTimestamp(16),
            amountRefunded: try row.int(17), problem: try row.optionalJSON(18), paidAt: try row.optionalTimestamp(19),
            createdAt: try row.timestamp(20), updatedAt: try row.timestamp(21))
    }
}
