public import Jobs
public import Postgres

/// It is about to be made at Stripe; an expired attempt before it is forgotten.
public struct MarkSubscriptionStarting: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription SET status = 'starting', stripe_subscription = NULL, steered_by = NULL, problem = NULL,
          updated_at = now()
         WHERE id = $1 AND status IN ('draft', 'awaiting_payment', 'scheduled', 'incomplete_expired')
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Subscription.ID) {
        parameters = [.uuid(id.rawValue)]
    }
}

/// What Stripe says of the schedule that will begin a subscription: accepted only when it was fetched later than what
/// is known. One that was canceled before it began ends the subscription; one that had begun and is over says nothing
/// more: the subscription may be tried anew.
public struct MarkScheduleSnapshot: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription SET stripe_schedule = $2, schedule_status = $3, schedule_seq = $4, updated_at = now(),
            status = CASE WHEN stripe_subscription IS NOT NULL THEN status
              WHEN $3 = 'not_started' AND status IN ('draft', 'awaiting_payment', 'starting') THEN 'scheduled'
              WHEN $3 = 'canceled' AND status IN ('scheduled', 'starting')
                AND coalesce(schedule_status, 'not_started') = 'not_started' THEN 'canceled' ELSE status END,
            cancellation_reason = CASE WHEN stripe_subscription IS NULL AND $3 = 'canceled'
              AND coalesce(schedule_status, 'not_started') = 'not_started'
              THEN 'cancellation_requested' ELSE cancellation_reason END,
            canceled_at = CASE WHEN stripe_subscription IS NULL AND $3 = 'canceled'
              AND coalesce(schedule_status, 'not_started') = 'not_started' THEN coalesce(canceled_at, now())
              ELSE canceled_at END,
            ended_at = CASE WHEN stripe_subscription IS NULL AND $3 = 'canceled'
              AND coalesce(schedule_status, 'not_started') = 'not_started' THEN coalesce(ended_at, now())
              ELSE ended_at END
         WHERE id = $1 AND schedule_seq < $4 AND coalesce(stripe_schedule, $2) = $2
        RETURNING true
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Subscription.ID, schedule: String, status: String, seq: Int64) {
        parameters = [.uuid(id.rawValue), .text(schedule), .text(status), .int(seq)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
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

/// Which boolean field a value-based price of a subscription counts (E11).
public struct MarkAnalysisField: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription_item SET analysis_field = $3 WHERE subscription_id = $1 AND price_id = $2
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names them.
    public init(_ subscription: Subscription.ID, price: Price.ID, field: String?) {
        parameters = [.uuid(subscription.rawValue), .uuid(price.rawValue), .optional(field)]
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
    /// The schedule that began it, `sub_sched_…`.
    public var startSchedule: String?
    /// The schedule that steers it now.
    public var steeredBy: String?
    /// Whether another thing is planned for its next period.
    public var hasPendingChange: Bool
}

/// Our subscription behind Stripe's: by its id, or by the id of ours in its metadata when the answer to its creation
/// was lost.
public struct FindSubscriptionByStripe: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, status, stripe_subscription, stripe_schedule, steered_by, pending_change IS NOT NULL
          FROM app.subscription
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
            id: row.id(0), client: row.id(1), status: row.word(2), stripeSubscription: row.optionalString(3),
            startSchedule: row.optionalString(4), steeredBy: row.optionalString(5), hasPendingChange: row.bool(6))
    }
}

/// One of ours as far as the look at Stripe's needs it.
public struct FindKnownSubscription: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, status, stripe_subscription, stripe_schedule, steered_by, pending_change IS NOT NULL
          FROM app.subscription WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Subscription.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> KnownSubscription {
        try FindSubscriptionByStripe.decode(row)
    }
}

/// A client's subscriptions, oldest first, ended ones too: the place of each in the list never changes.
public struct ListKnownSubscriptions: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, status, stripe_subscription, stripe_schedule, steered_by, pending_change IS NOT NULL
          FROM app.subscription
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
