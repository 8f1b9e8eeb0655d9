public import Daemon
public import Jobs
public import Postgres

/// Its payment exists at Stripe.
public struct MarkPurchaseIntent: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.credit_purchase SET stripe_payment_intent = $2, updated_at = now() WHERE id = $1 AND status <> 'paid'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names both.
    public init(_ id: CreditPurchase.ID, intent: String) {
        parameters = [.uuid(id.rawValue), .text(intent)]
    }
}

/// Its page stands open for the client.
public struct MarkPurchaseOpened: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.credit_purchase SET stripe_session = $2, url = $3, expires_at = $4, updated_at = now(),
          status = CASE WHEN status = 'preparing' THEN 'open' ELSE status END
         WHERE id = $1 AND status IN ('preparing', 'open', 'needs_action')
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names them.
    public init(_ id: CreditPurchase.ID, session: String, url: String?, expiresAt: Timestamp?) {
        parameters = [.uuid(id.rawValue), .text(session), .optional(url), .optional(expiresAt)]
    }
}

/// The card asks its owner. The payment that cannot be finished without is given up; the page makes another.
public struct MarkPurchaseNeedsAction: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.credit_purchase SET status = 'needs_action', stripe_payment_intent = NULL, problem = $2,
          updated_at = now()
         WHERE id = $1 AND status IN ('preparing', 'processing')
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Says why.
    public init(_ id: CreditPurchase.ID, problem: String) {
        parameters = [.uuid(id.rawValue), .json(problem)]
    }
}

/// The bank takes its time.
public struct MarkPurchaseProcessing: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.credit_purchase SET status = 'processing', updated_at = now()
         WHERE id = $1 AND status IN ('preparing', 'open', 'needs_action')
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: CreditPurchase.ID) {
        parameters = [.uuid(id.rawValue)]
    }
}

/// It will not be paid; gives no row when that was known, or it was paid after all.
public struct MarkPurchaseOver: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.credit_purchase SET status = $2, problem = coalesce($3, problem), url = NULL, updated_at = now()
         WHERE id = $1 AND status IN ('preparing', 'processing', 'open', 'needs_action')
        RETURNING id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `failed` or `expired`, and why.
    public init(_ id: CreditPurchase.ID, _ status: CreditPurchase.Status, problem: String?) {
        parameters = [.uuid(id.rawValue), .text(status.rawValue), .optional(json: problem)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditPurchase.ID {
        try row.id(0)
    }
}

/// It is paid; gives no row when that was known.
public struct MarkPurchasePaid: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.credit_purchase SET status = 'paid', paid_at = now(), stripe_payment_intent = $2, stripe_charge = $3,
          url = NULL, problem = NULL, updated_at = now()
         WHERE id = $1 AND status <> 'paid'
        RETURNING id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// By which payment.
    public init(_ id: CreditPurchase.ID, intent: String, charge: String?) {
        parameters = [.uuid(id.rawValue), .text(intent), .optional(charge)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditPurchase.ID {
        try row.id(0)
    }
}

/// So much of it was given back.
public struct MarkPurchaseRefunded: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.credit_purchase SET amount_refunded = $2, updated_at = now() WHERE id = $1 AND amount_refunded <> $2
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Minor units.
    public init(_ id: CreditPurchase.ID, _ amount: Int64) {
        parameters = [.uuid(id.rawValue), .int(amount)]
    }
}
