public import Daemon
public import Jobs
public import Postgres

/// Where Checkout sends the client's browser afterwards.
public struct SetupReturn: Equatable, Sendable {
    /// After a card was saved.
    public var successURL: String
    /// After the client turned back.
    public var cancelURL: String
}

/// Where Checkout sends the client's browser afterwards.
public struct FindSetupReturn: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT success_url, cancel_url FROM app.payment_setup WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: PaymentSetup.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> SetupReturn {
        try SetupReturn(successURL: row.string(0), cancelURL: row.string(1))
    }
}

/// The page is open.
public struct MarkSetupOpened: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.payment_setup SET status = 'open', stripe_session = $2, setup_intent = $3, url = $4, expires_at = $5,
          problem = NULL
         WHERE id = $1 AND status = 'opening'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: PaymentSetup.ID, session: String, setupIntent: String?, url: String?, expiresAt: Timestamp?) {
        parameters = [
            .uuid(id.rawValue), .text(session), .optional(setupIntent), .optional(url), .optional(expiresAt),
        ]
    }
}

/// The page could not be opened, or the card not saved.
public struct MarkSetupFailed: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.payment_setup SET status = CASE WHEN status = 'opening' THEN 'failed' ELSE status END, problem = $2
          WHERE id = $1 AND status <> 'complete'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: PaymentSetup.ID, problem: String) {
        parameters = [.uuid(id.rawValue), .json(problem)]
    }
}

/// Stripe closed the page; the card is saved or it is too late.
public struct MarkSetupEnded: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.payment_setup SET status = $2, setup_intent = coalesce($3, setup_intent), url = NULL, problem = CASE
          WHEN $2 = 'complete' THEN NULL ELSE problem END
         WHERE stripe_session = $1 AND status <> 'complete'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(session: String, _ status: PaymentSetup.Status, setupIntent: String?) {
        parameters = [.text(session), .text(status.rawValue), .optional(setupIntent)]
    }
}

/// The card of this intent is saved.
public struct MarkSetupComplete: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.payment_setup SET status = 'complete', url = NULL, problem = NULL WHERE setup_intent = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(setupIntent: String) {
        parameters = [.text(setupIntent)]
    }
}

/// Stripe could not save the card; the page stays open for another one.
public struct MarkSetupRefused: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.payment_setup SET problem = $2 WHERE setup_intent = $1 AND status <> 'complete'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(setupIntent: String, problem: String) {
        parameters = [.text(setupIntent), .json(problem)]
    }
}
