public import Jobs
public import Postgres

/// One invoice.
public struct FindInvoice: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, subscription_id, price_id, quantity, collection, days_until_due, status, currency,
          amount_due, amount_paid, number,
               stripe_invoice, billing_reason, attempt_count, next_payment_attempt, hosted_invoice_url, invoice_pdf,
                 due_at, sent_at, paid_at,
               problem, metadata, created_at, updated_at, lines, subtotal, discount_amount, tax_amount, total,
               amount_remaining, period_start, period_end, tax_status,
               (SELECT coalesce(sum(r.amount), 0)::bigint FROM app.refund r WHERE r.tenant_id = x.tenant_id
                 AND r.invoice_id = x.id AND r.status IN ('pending', 'requires_action', 'succeeded')),
               (SELECT coalesce(sum(n.amount), 0)::bigint FROM app.credit_note n WHERE n.tenant_id = x.tenant_id
                 AND n.invoice_id = x.id AND n.status = 'issued')
          FROM app.invoice x WHERE x.id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Invoice.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Invoice {
        try Invoice(row)
    }
}

/// Our row of one of Stripe's.
public struct FindInvoiceByStripe: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id FROM app.invoice WHERE stripe_invoice = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// By Stripe's id.
    public init(_ stripe: String) { parameters = [.text(stripe)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Invoice.ID { try row.id(0) }
}

/// The tenant's invoices, newest first (C8).
public struct ListInvoices: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, subscription_id, price_id, quantity, collection, days_until_due, status, currency,
          amount_due, amount_paid, number,
               stripe_invoice, billing_reason, attempt_count, next_payment_attempt, hosted_invoice_url, invoice_pdf,
                 due_at, sent_at, paid_at,
               problem, metadata, created_at, updated_at, lines, subtotal, discount_amount, tax_amount, total,
               amount_remaining, period_start, period_end, tax_status,
               (SELECT coalesce(sum(r.amount), 0)::bigint FROM app.refund r WHERE r.tenant_id = x.tenant_id
                 AND r.invoice_id = x.id AND r.status IN ('pending', 'requires_action', 'succeeded')),
               (SELECT coalesce(sum(n.amount), 0)::bigint FROM app.credit_note n WHERE n.tenant_id = x.tenant_id
                 AND n.invoice_id = x.id AND n.status = 'issued')
          FROM app.invoice x
         WHERE x.id IN (
           (SELECT id FROM app.invoice x WHERE NOT $3 AND id < $1 AND ($5::uuid IS NULL OR client_id = $5)
             AND ($6::uuid IS NULL OR subscription_id = $6)
                                                     AND ($7::text IS NULL OR status = $7) ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.invoice x WHERE $3 AND id > $2 AND ($5::uuid IS NULL OR client_id = $5)
             AND ($6::uuid IS NULL OR subscription_id = $6)
                                                     AND ($7::text IS NULL OR status = $7) ORDER BY id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// The filters narrow it.
    public init(
        _ page: Page, client: Client.ID? = nil, subscription: Subscription.ID? = nil, status: Invoice.Status? = nil
    ) {
        parameters =
            page.parameters + [
                .optional(client?.rawValue), .optional(subscription?.rawValue), .optional(status?.rawValue),
            ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Invoice {
        try Invoice(row)
    }
}

/// A new one-time invoice, not yet at Stripe.
public struct InsertInvoice: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.invoice (id, client_id, price_id, quantity, collection, days_until_due, status, currency,
          amount_due, metadata)
        VALUES ($1, $2, $3, $4, $5, $6, 'preparing', $7, $8, $9)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(_ id: Invoice.ID, _ wish: InvoiceWish) {
        parameters = [
            .uuid(id.rawValue), .uuid(wish.client.rawValue), .uuid(wish.price.rawValue), .int(wish.quantity),
            .text(wish.collection.rawValue), .optional(wish.daysUntilDue.map(Int64.init)),
            .text(wish.total.currency.code), .int(wish.total.amount), .json(wish.metadata),
        ]
    }
}

extension Invoice {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), client: try row.id(1), subscription: try row.optionalID(2), price: try row.optionalID(3),
            quantity: try row.int(4), collection: try row.word(5), daysUntilDue: try row.optionalInt32(6).map(Int.init),
            status: try row.word(7), currency: try row.string(8), amountDue: try row.int(9),
            amountPaid: try row.int(10),
            number: try row.optionalString(11), stripeInvoice: try row.optionalString(12),
            billingReason: try row.optionalString(13), attemptCount: Int(try row.int32(14)),
            nextPaymentAttempt: try row.optionalTimestamp(15), hostedInvoiceURL: try row.optionalString(16),
            pdfURL: try row.optionalString(17), dueAt: try row.optionalTimestamp(18),
            sentAt: try row.optionalTimestamp(19),
            paidAt: try row.optionalTimestamp(20), lines: try row.json(25), subtotal: try row.optionalInt(26),
            discountAmount: try row.optionalInt(27), taxAmount: try row.optionalInt(28),
            total: try row.optionalInt(29), amountRemaining: try row.optionalInt(30),
            periodStart: try row.optionalTimestamp(31), periodEnd: try row.optionalTimestamp(32),
            taxStatus: try row.optionalString(33), amountRefunded: try row.int(34), amountCredited: try row.int(35),
            problem: try row.optionalJSON(21), metadata: try row.json(22),
            createdAt: try row.timestamp(23), updatedAt: try row.timestamp(24))
    }
}
