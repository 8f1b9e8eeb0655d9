public import Daemon
public import Jobs
public import Postgres

/// A Stripe invoice as fetched.
public struct InvoiceSnapshot: Equatable, Sendable {
    /// `in_…`
    public var stripeID: String
    /// Mirrored.
    public var status: Invoice.Status
    /// How it is to be paid.
    public var collection: Invoice.Collection
    /// Lower case.
    public var currency: String
    /// Minor units.
    public var amountDue: Int64
    /// Minor units.
    public var amountPaid: Int64
    /// Given when finalized.
    public var number: String?
    /// Such as `subscription_cycle`.
    public var billingReason: String?
    /// How often payment was tried.
    public var attemptCount: Int64
    /// When it is tried again; nil: never.
    public var nextPaymentAttempt: Timestamp?
    /// When its payment was seen to have failed; nil while it has not.
    public var failedAt: Timestamp?
    /// Where the client can pay.
    public var hostedURL: String?
    /// The document.
    public var pdfURL: String?
    /// When it is due.
    public var dueAt: Timestamp?
    /// When it was paid.
    public var paidAt: Timestamp?
    /// What is on it.
    public var contents: InvoiceContents?

    /// States the facts.
    public init(
        stripeID: String, status: Invoice.Status, collection: Invoice.Collection = .autoCharge, currency: String,
        amountDue: Int64, amountPaid: Int64, number: String? = nil, billingReason: String? = nil,
        attemptCount: Int64 = 0, nextPaymentAttempt: Timestamp? = nil, failedAt: Timestamp? = nil,
        hostedURL: String? = nil, pdfURL: String? = nil, dueAt: Timestamp? = nil, paidAt: Timestamp? = nil
    ) {
        self.stripeID = stripeID
        self.status = status
        self.collection = collection
        self.currency = currency
        self.amountDue = amountDue
        self.amountPaid = amountPaid
        self.number = number
        self.billingReason = billingReason
        self.attemptCount = attemptCount
        self.nextPaymentAttempt = nextPaymentAttempt
        self.failedAt = failedAt
        self.hostedURL = hostedURL
        self.pdfURL = pdfURL
        self.dueAt = dueAt
        self.paidAt = paidAt
    }
}

/// What Stripe says of an invoice, ours or its subscriptions': accepted only when fetched later than what is known, and
/// never out of an end: a look that was under way while it was paid may be the later one. Gives a row when it was
/// accepted.
public struct MarkInvoiceSnapshot: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.invoice AS i (id, client_id, subscription_id, stripe_invoice, snapshot_seq, status, collection,
          currency, amount_due, amount_paid,
          number, billing_reason, attempt_count, next_payment_attempt, first_failed_at, hosted_invoice_url, invoice_pdf,
            due_at, paid_at, lines, subtotal, discount_amount, tax_amount, total, amount_remaining, period_start,
            period_end, tax_status)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
          coalesce($20::jsonb, '[]'), $21, $22, $23, $24, $25, $26, $27, $28)
        ON CONFLICT (tenant_id, stripe_invoice) DO UPDATE
           SET subscription_id = coalesce(i.subscription_id, EXCLUDED.subscription_id),
             snapshot_seq = EXCLUDED.snapshot_seq, status = EXCLUDED.status,
               amount_due = EXCLUDED.amount_due, amount_paid = EXCLUDED.amount_paid, number = EXCLUDED.number,
               billing_reason = EXCLUDED.billing_reason, attempt_count = EXCLUDED.attempt_count,
                 next_payment_attempt = EXCLUDED.next_payment_attempt,
               first_failed_at = least(i.first_failed_at, EXCLUDED.first_failed_at),
                 hosted_invoice_url = EXCLUDED.hosted_invoice_url,
               invoice_pdf = EXCLUDED.invoice_pdf, due_at = EXCLUDED.due_at, paid_at = EXCLUDED.paid_at,
                 updated_at = now(),
               lines = coalesce($20::jsonb, i.lines), subtotal = coalesce($21, i.subtotal),
               discount_amount = coalesce($22, i.discount_amount), tax_amount = coalesce($23, i.tax_amount),
               total = coalesce($24, i.total), amount_remaining = coalesce($25, i.amount_remaining),
               period_start = coalesce($26, i.period_start), period_end = coalesce($27, i.period_end),
               tax_status = coalesce($28, i.tax_status),
               problem = CASE WHEN EXCLUDED.status = 'paid' THEN NULL ELSE i.problem END
         WHERE i.snapshot_seq < EXCLUDED.snapshot_seq AND i.status <> 'void'
           AND NOT (i.status = 'paid' AND EXCLUDED.status IN ('draft', 'open'))
        RETURNING id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `id` is what the row gets when the invoice is new to us; the client of a known one stays.
    public init(
        _ id: Invoice.ID, client: Client.ID, subscription: Subscription.ID?, _ snapshot: InvoiceSnapshot, seq: Int64
    ) {
        parameters = [
            .uuid(id.rawValue), .uuid(client.rawValue), .optional(subscription?.rawValue), .text(snapshot.stripeID),
            .int(seq),
            .text(snapshot.status.rawValue), .text(snapshot.collection.rawValue), .text(snapshot.currency),
            .int(snapshot.amountDue), .int(snapshot.amountPaid), .optional(snapshot.number),
            .optional(snapshot.billingReason), .int(snapshot.attemptCount), .optional(snapshot.nextPaymentAttempt),
            .optional(snapshot.failedAt), .optional(snapshot.hostedURL), .optional(snapshot.pdfURL),
            .optional(snapshot.dueAt), .optional(snapshot.paidAt), .optional(json: snapshot.contents?.lines),
            .optional(snapshot.contents?.subtotal), .optional(snapshot.contents?.discountAmount),
            .optional(snapshot.contents?.taxAmount), .optional(snapshot.contents?.total),
            .optional(snapshot.contents?.amountRemaining), .optional(snapshot.contents?.periodStart),
            .optional(snapshot.contents?.periodEnd), .optional(snapshot.contents?.taxStatus),
        ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Invoice.ID {
        try row.id(0)
    }
}

/// How an invoice stood before a look at it.
public struct FindInvoiceStatus: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT status, first_failed_at FROM app.invoice WHERE stripe_invoice = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// By Stripe's id.
    public init(_ stripe: String) { parameters = [.text(stripe)] }

    /// Reads a row.
    public static func decode(
        _ row: borrowing ResultRow
    ) throws(PostgresError) -> (status: Invoice.Status, failedAt: Timestamp?) {
        (try row.word(0), try row.optionalTimestamp(1))
    }
}

/// Our draft exists at Stripe.
public struct MarkInvoiceMade: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.invoice SET stripe_invoice = $2, status = CASE WHEN status = 'preparing' THEN 'draft'
          ELSE status END, updated_at = now()
         WHERE id = $1 AND stripe_invoice IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Invoice.ID, invoice: String) {
        parameters = [.uuid(id.rawValue), .text(invoice)]
    }
}

/// Our draft has its line.
public struct MarkInvoiceItemMade: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.invoice SET stripe_item = $2, updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Invoice.ID, item: String) {
        parameters = [.uuid(id.rawValue), .text(item)]
    }
}

/// The line of our draft, once it is made.
public struct FindInvoiceItem: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT stripe_item FROM app.invoice WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Invoice.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> String? {
        try row.optionalString(0)
    }
}

/// It could not be issued, or not be paid. What never became an invoice at Stripe has failed; an open one stays open.
public struct MarkInvoiceRefused: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.invoice SET status = CASE WHEN status IN ('preparing', 'draft') AND NOT $3 THEN 'failed'
          ELSE status END, problem = $2, updated_at = now()
         WHERE id = $1 AND status NOT IN ('paid', 'void')
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Invoice.ID, problem: String, isIssued: Bool) {
        parameters = [.uuid(id.rawValue), .json(problem), .bool(isIssued)]
    }
}

/// It was mailed.
public struct MarkInvoiceSent: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.invoice SET sent_at = coalesce(sent_at, now()), updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Invoice.ID) {
        parameters = [.uuid(id.rawValue)]
    }
}
