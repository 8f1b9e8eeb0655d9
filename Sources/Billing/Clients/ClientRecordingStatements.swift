public import Jobs
public import Postgres

/// The client's customer exists at Stripe.
public struct MarkCustomerMade: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.client SET stripe_customer = $2, updated_at = now() WHERE id = $1 AND stripe_customer IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Client.ID, customer: String) {
        parameters = [.uuid(id.rawValue), .text(customer)]
    }
}

/// Which card pays, as fetched; gives a row only when nothing newer was known. What was erased does not come back.
public struct MarkCustomerSnapshot: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.client
           SET payment_method = $3, card_brand = $4, card_last4 = $5, card_exp_month = $6, card_exp_year = $7,
             customer_seq = $2, updated_at = now()
         WHERE id = $1 AND customer_seq < $2 AND erased_at IS NULL RETURNING true
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Client.ID, card: Client.Card?, seq: Int64) {
        parameters = [
            .uuid(id.rawValue), .int(seq), .optional(card?.paymentMethod), .optional(card?.brand),
            .optional(card?.last4),
            .optional(card?.expMonth.map(Int64.init)), .optional(card?.expYear.map(Int64.init)),
        ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool {
        try row.bool(0)
    }
}

/// The customer was deleted at Stripe: a new one is made when it is needed.
public struct MarkCustomerDeleted: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.client
           SET stripe_customer = NULL, payment_method = NULL, card_brand = NULL, card_last4 = NULL,
             card_exp_month = NULL, card_exp_year = NULL,
               customer_seq = $2, updated_at = now()
         WHERE id = $1 AND customer_seq < $2
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Client.ID, seq: Int64) {
        parameters = [.uuid(id.rawValue), .int(seq)]
    }
}

/// Whose customer it is.
public struct FindClientByCustomer: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id FROM app.client WHERE stripe_customer = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ customer: String) {
        parameters = [.text(customer)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Client.ID {
        try row.id(0)
    }
}

/// Some customer of a client's, the newest: who knows it is of our account.
public struct FindAnyCustomer: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT stripe_customer FROM app.client WHERE stripe_customer IS NOT NULL ORDER BY id DESC LIMIT 1
        """

    /// States the question.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> String { try row.string(0) }
}

/// Whose default card it is: `cus_…`.
public struct FindCustomerByPaymentMethod: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT stripe_customer FROM app.client WHERE payment_method = $1 AND stripe_customer IS NOT NULL LIMIT 1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ paymentMethod: String) {
        parameters = [.text(paymentMethod)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> String {
        try row.string(0)
    }
}
