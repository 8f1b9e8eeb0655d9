public import Jobs
public import Postgres

/// What a key's account looks like.
public struct AccountSnapshot: Equatable, Sendable {
    /// `acct_…`; nil where a restricted key may not see it.
    public var id: String?
    /// Display name.
    public var name: String?
    /// Two letters.
    public var country: String?
    /// The owner's address.
    public var email: String?
    /// Lower case.
    public var defaultCurrency: String?
    /// May take payments.
    public var chargesEnabled: Bool
    /// Is paid out.
    public var payoutsEnabled: Bool
    /// The owner finished the form.
    public var detailsSubmitted: Bool
    /// Stripe's requirements; JSON text.
    public var requirements: String

    /// States the facts.
    public init(
        id: String? = nil, name: String? = nil, country: String? = nil, email: String? = nil,
        defaultCurrency: String? = nil, chargesEnabled: Bool = false, payoutsEnabled: Bool = false,
        detailsSubmitted: Bool = false, requirements: String = "{}"
    ) {
        self.id = id
        self.name = name
        self.country = country
        self.email = email
        self.defaultCurrency = defaultCurrency
        self.chargesEnabled = chargesEnabled
        self.payoutsEnabled = payoutsEnabled
        self.detailsSubmitted = detailsSubmitted
        self.requirements = requirements
    }

    var parameters: [Parameter] {
        [
            .optional(id), .optional(name), .optional(country), .optional(email), .optional(defaultCurrency),
            .bool(chargesEnabled), .bool(payoutsEnabled), .bool(detailsSubmitted), .json(requirements),
        ]
    }
}

/// Stripe accepts the key. A connection that was refused works again.
public struct MarkKeyChecked: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection
           SET account_id = coalesce($2, account_id), account_name = coalesce($3, account_name), country = coalesce($4,
             country),
               email = coalesce($5, email), default_currency = coalesce($6, default_currency),
               charges_enabled = CASE WHEN $2::text IS NULL THEN charges_enabled ELSE $7 END,
               payouts_enabled = CASE WHEN $2::text IS NULL THEN payouts_enabled ELSE $8 END,
               details_submitted = CASE WHEN $2::text IS NULL THEN details_submitted ELSE $9 END,
               requirements = CASE WHEN $2::text IS NULL THEN requirements ELSE $10 END,
               key_ok = true, checked_at = now(), updated_at = now(),
               status = CASE WHEN status = 'invalid' THEN 'connected' ELSE status END, problem = CASE
                 WHEN status = 'invalid' THEN NULL ELSE problem END
         WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Connection.ID, of account: AccountSnapshot) {
        parameters = [.uuid(id.rawValue)] + account.parameters
    }
}

/// The connected account exists at Stripe.
public struct MarkAccountMade: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection SET account_id = $2, account_via = 'connect', updated_at = now()
         WHERE id = $1 AND account_id IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Connection.ID, account: String) {
        parameters = [.uuid(id.rawValue), .text(account)]
    }
}

/// What the connected account looks like now (C5, C6). The platform's own endpoint brings its events.
public struct MarkAccountRefreshed: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection
           SET account_name = coalesce($4, account_name), country = coalesce($5, country), email = coalesce($6, email),
               default_currency = coalesce($7, default_currency), charges_enabled = $8, payouts_enabled = $9,
                 details_submitted = $10, requirements = $11,
               status = $2, account_via = 'connect', key_ok = true, checked_at = now(), problem = NULL,
               webhook_status = 'registered',
               events_cursor_at = coalesce(events_cursor_at, now()), updated_at = now()
         WHERE id = $1 AND mode = 'connect' AND status <> 'disconnected' AND account_id = $3
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Connection.ID, _ status: ConnectionStatus, of account: AccountSnapshot) {
        parameters = [.uuid(id.rawValue), .text(status.rawValue)] + account.parameters
    }
}

/// The account's owner ended the link at Stripe.
public struct MarkDeauthorized: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection SET status = 'disconnected', key_ok = false, problem = $2, updated_at = now()
          WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Connection.ID, problem: String) {
        parameters = [.uuid(id.rawValue), .json(problem)]
    }
}
