public import Jobs
public import Postgres

/// Money to be given back, not yet at Stripe.
public struct InsertRefund: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.refund (id, invoice_id, amount, currency, reason, status)
        VALUES ($1, $2, $3, $4, $5, 'preparing')
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(
        _ id: Refund.ID, of invoice: Invoice.ID, amount: Int64, currency: String, reason: Refund.Reason?
    ) {
        parameters = [
            .uuid(id.rawValue), .uuid(invoice.rawValue), .int(amount), .text(currency), .optional(reason?.rawValue),
        ]
    }
}

/// One refund.
public struct FindRefund: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, invoice_id, amount, currency, reason, status, stripe_refund, problem, created_at FROM app.refund
         WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Refund.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Refund { try Refund(row) }
}

/// What was or is to be given back of an invoice, oldest first.
public struct ListRefunds: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, invoice_id, amount, currency, reason, status, stripe_refund, problem, created_at FROM app.refund
         WHERE invoice_id = $1 ORDER BY id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the invoice.
    public init(of invoice: Invoice.ID) { parameters = [.uuid(invoice.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Refund { try Refund(row) }
}

/// What Stripe says of a refund of ours; gives a row when nothing newer was known.
public struct MarkRefund: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.refund SET stripe_refund = $2, status = $3, problem = $4, snapshot_seq = $5, updated_at = now()
         WHERE id = $1 AND snapshot_seq < $5
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the facts.
    public init(_ id: Refund.ID, stripe: String?, status: String, problem: String? = nil, seq: Int64) {
        parameters = [
            .uuid(id.rawValue), .optional(stripe), .text(status), .optional(json: problem), .int(seq),
        ]
    }
}

/// A refund that somebody else made of an invoice of ours: in Stripe's dashboard, or with a credit note.
public struct MirrorRefund: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.refund AS r (id, invoice_id, stripe_refund, amount, currency, reason, status, problem,
          snapshot_seq)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (tenant_id, stripe_refund) DO UPDATE
           SET status = EXCLUDED.status, problem = EXCLUDED.problem, snapshot_seq = EXCLUDED.snapshot_seq,
               updated_at = now()
         WHERE r.snapshot_seq < EXCLUDED.snapshot_seq
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the facts; `id` is what the row gets when the refund is new to us.
    public init(
        _ id: Refund.ID, of invoice: Invoice.ID, stripe: String, amount: Int64, currency: String,
        reason: Refund.Reason?, status: String, problem: String?, seq: Int64
    ) {
        parameters = [
            .uuid(id.rawValue), .uuid(invoice.rawValue), .text(stripe), .int(amount), .text(currency),
            .optional(reason?.rawValue), .text(status), .optional(json: problem), .int(seq),
        ]
    }
}

/// A correction to be made, not yet at Stripe.
public struct InsertCreditNote: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.credit_note (id, invoice_id, amount, currency, reason, memo, status)
        VALUES ($1, $2, $3, $4, $5, $6, 'preparing')
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(
        _ id: CreditNote.ID, of invoice: Invoice.ID, amount: Int64, currency: String, reason: CreditNote.Reason?,
        memo: String?
    ) {
        parameters = [
            .uuid(id.rawValue), .uuid(invoice.rawValue), .int(amount), .text(currency), .optional(reason?.rawValue),
            .optional(memo),
        ]
    }
}

/// One credit note.
public struct FindCreditNote: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, invoice_id, amount, currency, reason, memo, status, number, pdf, stripe_credit_note, problem,
          created_at FROM app.credit_note WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: CreditNote.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditNote { try CreditNote(row) }
}

/// An invoice's credit notes, oldest first.
public struct ListCreditNotes: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, invoice_id, amount, currency, reason, memo, status, number, pdf, stripe_credit_note, problem,
          created_at FROM app.credit_note WHERE invoice_id = $1 ORDER BY id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the invoice.
    public init(of invoice: Invoice.ID) { parameters = [.uuid(invoice.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditNote { try CreditNote(row) }
}

/// What Stripe says of a credit note of ours.
public struct MarkCreditNote: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.credit_note SET stripe_credit_note = coalesce($2, stripe_credit_note), status = $3,
          number = coalesce($4, number), pdf = coalesce($5, pdf), problem = $6, snapshot_seq = $7, updated_at = now()
         WHERE id = $1 AND snapshot_seq < $7
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the facts.
    public init(
        _ id: CreditNote.ID, stripe: String?, status: String, number: String? = nil, pdf: String? = nil,
        problem: String? = nil, seq: Int64
    ) {
        parameters = [
            .uuid(id.rawValue), .optional(stripe), .text(status), .optional(number), .optional(pdf),
            .optional(json: problem), .int(seq),
        ]
    }
}

/// A credit note that somebody else made of an invoice of ours.
public struct MirrorCreditNote: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.credit_note AS n (id, invoice_id, stripe_credit_note, amount, currency, reason, memo, status,
          number, pdf, snapshot_seq)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (tenant_id, stripe_credit_note) DO UPDATE
           SET status = EXCLUDED.status, number = EXCLUDED.number, pdf = EXCLUDED.pdf, memo = EXCLUDED.memo,
               snapshot_seq = EXCLUDED.snapshot_seq, updated_at = now()
         WHERE n.snapshot_seq < EXCLUDED.snapshot_seq
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the facts; the note's id is what the row gets when it is new to us.
    public init(_ note: CreditNote, seq: Int64) {
        parameters = [
            .uuid(note.id.rawValue), .uuid(note.invoice.rawValue), .optional(note.stripeCreditNote), .int(note.amount),
            .text(note.currency), .optional(note.reason?.rawValue), .optional(note.memo), .text(note.status),
            .optional(note.number), .optional(note.pdf), .int(seq),
        ]
    }
}

extension Refund {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), invoice: try row.id(1), amount: try row.int(2), currency: try row.string(3),
            reason: try row.optionalWord(4), status: try row.string(5), stripeRefund: try row.optionalString(6),
            problem: try row.optionalJSON(7), createdAt: try row.timestamp(8))
    }
}

extension CreditNote {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), invoice: try row.id(1), amount: try row.int(2), currency: try row.string(3),
            reason: try row.optionalWord(4), memo: try row.optionalString(5), status: try row.string(6),
            number: try row.optionalString(7), pdf: try row.optionalString(8),
            stripeCreditNote: try row.optionalString(9), problem: try row.optionalJSON(10),
            createdAt: try row.timestamp(11))
    }
}
