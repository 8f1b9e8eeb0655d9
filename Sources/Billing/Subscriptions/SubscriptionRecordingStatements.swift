public import Daemon
public import Jobs
public import Postgres

/// A Stripe subscription as fetched.
public struct SubscriptionSnapshot: Equatable, Sendable {
    /// `sub_…`
    public var stripeID: String
    /// Mirrored exactly.
    public var status: SubscriptionStatus
    /// The paid period begins.
    public var periodStart: Timestamp?
    /// The paid period ends.
    public var periodEnd: Timestamp?
    /// It ends with its period.
    public var cancelAtPeriodEnd: Bool
    /// Why it ended (F15).
    public var cancellationReason: String?
    /// `in_…`
    public var latestInvoice: String?
    /// When the end was decided.
    public var canceledAt: Timestamp?
    /// When it ended.
    public var endedAt: Timestamp?

    /// States the facts.
    public init(
        stripeID: String, status: SubscriptionStatus, periodStart: Timestamp? = nil, periodEnd: Timestamp? = nil,
        cancelAtPeriodEnd: Bool = false, cancellationReason: String? = nil, latestInvoice: String? = nil,
        canceledAt: Timestamp? = nil, endedAt: Timestamp? = nil
    ) {
        self.stripeID = stripeID
        self.status = status
        self.periodStart = periodStart
        self.periodEnd = periodEnd
        self.cancelAtPeriodEnd = cancelAtPeriodEnd
        self.cancellationReason = cancellationReason
        self.latestInvoice = latestInvoice
        self.canceledAt = canceledAt
        self.endedAt = endedAt
    }
}

/// What Stripe says of a subscription: accepted only when it was fetched later than what is known, and never out of an
/// end.
public struct MarkSubscriptionSnapshot: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription
           SET stripe_subscription = $2, snapshot_seq = $3, status = $4, current_period_start = $5,
             current_period_end = $6, cancel_at_period_end = $7,
               cancellation_reason = $8, latest_invoice = $9, canceled_at = $10, ended_at = $11, updated_at = now(),
               problem = CASE WHEN $4 IN ('active', 'trialing') THEN NULL ELSE problem END,
               started_at = coalesce(started_at, CASE WHEN $4 IN ('active', 'trialing') THEN now() END)
         WHERE id = $1 AND snapshot_seq < $3 AND status NOT IN ('canceled', 'incomplete_expired')
           AND coalesce(stripe_subscription, $2) = $2
        RETURNING true
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Subscription.ID, _ snapshot: SubscriptionSnapshot, seq: Int64) {
        parameters = [
            .uuid(id.rawValue), .text(snapshot.stripeID), .int(seq), .text(snapshot.status.rawValue),
            .optional(snapshot.periodStart), .optional(snapshot.periodEnd), .bool(snapshot.cancelAtPeriodEnd),
            .optional(snapshot.cancellationReason), .optional(snapshot.latestInvoice), .optional(snapshot.canceledAt),
            .optional(snapshot.endedAt),
        ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool {
        try row.bool(0)
    }
}

/// It is about to be made at Stripe; an expired attempt before it is forgotten.
public struct MarkSubscriptionStarting: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription SET status = 'starting', stripe_subscription = NULL, problem = NULL, updated_at = now()
         WHERE id = $1 AND status IN ('draft', 'awaiting_payment', 'scheduled', 'incomplete_expired')
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Subscription.ID) {
        parameters = [.uuid(id.rawValue)]
    }
}

/// It is to begin later.
public struct MarkSubscriptionScheduled: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription SET status = 'scheduled', updated_at = now() WHERE id = $1 AND status IN ('draft',
          'awaiting_payment', 'starting')
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Subscription.ID) {
        parameters = [.uuid(id.rawValue)]
    }
}

/// It did not start: it waits for a card that works.
public struct MarkSubscriptionRefused: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription SET status = 'awaiting_payment', problem = $2, updated_at = now()
         WHERE id = $1 AND stripe_subscription IS NULL AND status <> 'canceled'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Subscription.ID, problem: String) {
        parameters = [.uuid(id.rawValue), .json(problem)]
    }
}

/// One price of a subscription exists at Stripe.
public struct MarkItemStarted: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription_item i SET stripe_item = $3
          FROM app.price p WHERE p.tenant_id = i.tenant_id AND p.id = i.price_id AND i.subscription_id = $1
            AND p.stripe_price = $2
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(of subscription: Subscription.ID, price: String, item: String) {
        parameters = [.uuid(subscription.rawValue), .text(price), .text(item)]
    }
}

/// Which of our subscriptions a Stripe subscription is.
public struct KnownSubscription: Equatable, Sendable {
    /// Ours.
    public var id: Subscription.ID
    /// Whose.
    public var client: Client.ID
    /// Where it stands.
    public var status: SubscriptionStatus
    /// Stripe's id, where it is known.
    public var stripeSubscription: String?
}

/// Our subscription behind Stripe's: by its id, or by the id of ours in its metadata when the answer to its creation
/// was lost.
public struct FindSubscriptionByStripe: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, status, stripe_subscription FROM app.subscription
         WHERE stripe_subscription = $1 OR (id = $2 AND stripe_subscription IS NULL AND status NOT IN ('canceled',
           'incomplete_expired'))
         ORDER BY stripe_subscription NULLS LAST LIMIT 1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ stripe: String, orOurs id: Subscription.ID?) {
        parameters = [.text(stripe), .optional(id?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> KnownSubscription {
        try KnownSubscription(
            id: row.id(0), client: row.id(1), status: row.word(2), stripeSubscription: row.optionalString(3))
    }
}

/// A client's subscriptions, oldest first, ended ones too: the place of each in the list never changes.
public struct ListKnownSubscriptions: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, status, stripe_subscription FROM app.subscription
         WHERE client_id = $1 ORDER BY id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(of client: Client.ID) {
        parameters = [.uuid(client.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> KnownSubscription {
        try FindSubscriptionByStripe.decode(row)
    }
}
