public import Jobs
public import Postgres

/// One "Add Payment" page.
public struct FindPaymentSetup: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, status, stripe_session, url, expires_at, problem, created_at FROM app.payment_setup
          WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: PaymentSetup.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> PaymentSetup {
        try PaymentSetup(
            id: row.id(0), client: row.id(1), status: row.word(2), stripeSession: row.optionalString(3),
            url: row.optionalString(4), expiresAt: row.optionalTimestamp(5), problem: row.optionalJSON(6),
            createdAt: row.timestamp(7))
    }
}

/// A new page, not yet at Stripe.
public struct InsertPaymentSetup: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.payment_setup (id, client_id, success_url, cancel_url) VALUES ($1, $2, $3, $4)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Where Stripe sends the client afterwards.
    public init(_ id: PaymentSetup.ID, client: Client.ID, successURL: String, cancelURL: String) {
        parameters = [.uuid(id.rawValue), .uuid(client.rawValue), .text(successURL), .text(cancelURL)]
    }
}
