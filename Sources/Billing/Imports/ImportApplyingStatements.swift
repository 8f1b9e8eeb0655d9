public import FoundationEssentials
public import Jobs
public import Postgres

/// The next items to carry out.
public struct ListItemsToApply: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT i.id, i.stripe_id, i.facts, i.verdict, i.reason, i.row_id, i.candidates, i.decision, i.outcome, i.problem
          FROM app.import_item i JOIN app.import m ON m.tenant_id = i.tenant_id AND m.id = i.import_id
         WHERE i.import_id = $1 AND m.status = 'applying' AND i.outcome IS NULL ORDER BY i.id LIMIT 200
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the import.
    public init(_ id: Import.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> ImportItem { try ImportItem(row) }
}

/// A client of ours is a customer that existed at Stripe; no row when either was taken meanwhile.
public struct MarkClientLinked: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.client SET stripe_customer = $2, updated_at = now()
         WHERE id = $1 AND stripe_customer IS NULL AND access_state <> 'closed'
           AND NOT EXISTS (SELECT 1 FROM app.client x WHERE x.stripe_customer = $2)
        RETURNING id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names both.
    public init(_ id: Client.ID, customer: String) { parameters = [.uuid(id.rawValue), .text(customer)] }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UUID { try row.uuid(0) }
}

/// A customer that existed at Stripe becomes a client; no row when it became one meanwhile.
public struct InsertImportedClient: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.client (id, name, admin_email, phone, country, postal_code, stripe_customer)
        SELECT $2, left(coalesce(nullif(i.facts ->> 'name', ''), nullif(i.facts ->> 'email', ''), i.stripe_id), 200),
               nullif(i.facts ->> 'email', ''), left(nullif(i.facts ->> 'phone', ''), 50),
               nullif(i.facts #>> '{address,country}', ''), left(nullif(i.facts #>> '{address,postal_code}', ''), 20),
               i.stripe_id
          FROM app.import_item i WHERE i.id = $1
           AND NOT EXISTS (SELECT 1 FROM app.client x WHERE x.stripe_customer = i.stripe_id)
        RETURNING id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the item and the client it becomes.
    public init(_ item: ImportItem.ID, as client: Client.ID) {
        parameters = [.uuid(item.rawValue), .uuid(client.rawValue)]
    }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UUID { try row.uuid(0) }
}

/// A subscription that existed at Stripe is one of ours from here on; no row when its client is not here, or closed
/// since, or it came meanwhile. What Stripe says of it follows with the next look.
public struct InsertImportedSubscription: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.subscription (id, client_id, status, start_at, stripe_subscription, started_at)
        SELECT $2, c.id, i.facts ->> 'status',
               to_timestamp(coalesce((i.facts ->> 'start_date')::bigint, extract(epoch FROM now())::bigint)),
               i.stripe_id, now()
          FROM app.import_item i
          JOIN app.client c ON c.tenant_id = i.tenant_id AND c.stripe_customer = i.facts ->> 'customer'
           AND c.access_state <> 'closed'
         WHERE i.id = $1 AND NOT EXISTS (SELECT 1 FROM app.subscription x WHERE x.stripe_subscription = i.stripe_id)
        RETURNING id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the item and the subscription it becomes.
    public init(_ item: ImportItem.ID, as subscription: Subscription.ID) {
        parameters = [.uuid(item.rawValue), .uuid(subscription.rawValue)]
    }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UUID { try row.uuid(0) }
}

/// The items of an imported subscription.
public struct InsertImportedItems: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.subscription_item (id, subscription_id, price_id, quantity, stripe_item)
        SELECT gen_random_uuid(), $2, p.id, greatest(coalesce((e ->> 'quantity')::bigint, 1), 1), e ->> 'id'
          FROM app.import_item i CROSS JOIN jsonb_array_elements(i.facts #> '{items,data}') e
          JOIN app.price p ON p.tenant_id = i.tenant_id AND p.stripe_price = e #>> '{price,id}'
         WHERE i.id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the item and the subscription it became.
    public init(_ item: ImportItem.ID, of subscription: Subscription.ID) {
        parameters = [.uuid(item.rawValue), .uuid(subscription.rawValue)]
    }
}

/// What was done with an item.
public struct MarkItemApplied: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.import_item SET outcome = $2, row_id = coalesce($3, row_id), problem = $4 WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `problem` is JSON text.
    public init(_ item: ImportItem.ID, _ outcome: ImportItem.Outcome, row: UUID? = nil, problem: String? = nil) {
        parameters = [.uuid(item.rawValue), .text(outcome.rawValue), .optional(row), .optional(json: problem)]
    }
}

/// Everything was carried out.
public struct MarkImportDone: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.import SET status = 'done', finished_at = now() WHERE id = $1 AND status = 'applying'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the import.
    public init(_ id: Import.ID) { parameters = [.uuid(id.rawValue)] }
}
