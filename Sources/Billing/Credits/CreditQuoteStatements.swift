public import Jobs
public import Postgres

/// One quote with its version.
public struct FindCreditQuote: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT q.id, q.client_id, q.pricing_id, q.amount, q.currency, q.credits, q.expires_at, q.created_at, p.version,
               p.final_cost::text, q.expires_at <= now()
          FROM app.credit_quote q
          JOIN app.credit_pricing p ON p.tenant_id = q.tenant_id AND p.id = q.pricing_id
         WHERE q.id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: CreditQuote.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditQuote {
        let currency = try row.currency(4)
        guard let amount = try? Money(try row.int(3), currency) else { throw .unexpectedColumn(3, "an amount") }
        return CreditQuote(
            id: try row.id(0), client: try row.id(1), pricing: try row.id(2), amount: amount,
            credits: CreditAmount(micro: try row.int(5)), expiresAt: try row.timestamp(6),
            createdAt: try row.timestamp(7), version: Int(try row.int32(8)), finalCost: try row.cost(9),
            isExpired: try row.bool(10))
    }
}

/// A new quote, good for half an hour.
public struct InsertCreditQuote: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.credit_quote (id, client_id, pricing_id, amount, currency, credits)
        VALUES ($1, $2, $3, $4, $5, $6)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the promise.
    public init(
        _ id: CreditQuote.ID, for client: Client.ID, by pricing: CreditPricing.ID, _ amount: Money,
        _ credits: CreditAmount
    ) {
        parameters = [
            .uuid(id.rawValue), .uuid(client.rawValue), .uuid(pricing.rawValue), .int(amount.amount),
            .text(amount.currency.code), .int(credits.micro),
        ]
    }
}
