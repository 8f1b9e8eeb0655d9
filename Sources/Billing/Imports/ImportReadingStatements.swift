public import Jobs
public import Postgres

/// An import as its workers need it, locked.
public struct FindImportCursor: Statement {
    /// What there is.
    public struct Found: Sendable {
        /// Whose list.
        public var what: Import.What
        /// How far it is.
        public var status: Import.Status
        /// The last Stripe id read.
        public var cursor: String?
        /// Whether another account is connected than the one it is about: Stripe's ids of the one mean nothing in the
        /// other.
        public var isElsewhere: Bool
    }

    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT m.what, m.status, m.cursor,
               coalesce(m.account_id <> (SELECT c.account_id FROM app.connection c), false)
          FROM app.import m WHERE m.id = $1 FOR NO KEY UPDATE
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the import.
    public init(_ id: Import.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Found {
        Found(
            what: try row.word(0), status: try row.word(1), cursor: try row.optionalString(2),
            isElsewhere: try row.bool(3))
    }
}

/// One of Stripe's objects, kept beside our things. Seeing it twice is seeing it once.
public struct InsertImportItem: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.import_item (import_id, id, stripe_id, facts) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, import_id, stripe_id) DO NOTHING
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `facts` is JSON text.
    public init(_ id: Import.ID, _ item: ImportItem.ID, stripeID: String, facts: String) {
        parameters = [.uuid(id.rawValue), .uuid(item.rawValue), .text(stripeID), .json(facts)]
    }
}

/// A price of a product in the import.
public struct MarkItemPrice: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.import_item
           SET facts = jsonb_set(facts, '{prices}', coalesce(facts -> 'prices', '[]') || to_jsonb($3::text))
         WHERE import_id = $1 AND stripe_id = $2
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names both by Stripe's ids.
    public init(_ id: Import.ID, product: String, price: String) {
        parameters = [.uuid(id.rawValue), .text(product), .text(price)]
    }
}

/// So far Stripe's list was read.
public struct MarkImportCursor: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.import SET cursor = $2,
               account_id = coalesce(account_id, (SELECT c.account_id FROM app.connection c)) WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the last one read.
    public init(_ id: Import.ID, at cursor: String) { parameters = [.uuid(id.rawValue), .text(cursor)] }
}

/// Says of each customer whether it is here, surely one of our clients, or may be several: by what we once wrote into
/// its metadata, else by e-mail, and never by whoever comes first (F20).
public struct MarkCustomersJudged: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        WITH c AS (
          SELECT i.id, k.linked, t.tagged, m.ids AS mailed, m.free AS free,
                 count(*) OVER (PARTITION BY lower(i.facts ->> 'email')) AS twins
            FROM app.import_item i
            LEFT JOIN LATERAL (SELECT x.id AS linked FROM app.client x WHERE x.stripe_customer = i.stripe_id) k ON true
            LEFT JOIN LATERAL (SELECT x.id AS tagged FROM app.client x
                                WHERE 'cl_' || replace(x.id::text, '-', '') = i.facts #>> '{metadata,tg_id}'
                                  AND x.stripe_customer IS NULL AND x.access_state <> 'closed') t ON true
            LEFT JOIN LATERAL (SELECT array_agg(x.id ORDER BY x.id) AS ids, bool_and(x.stripe_customer IS NULL) AS free
                                 FROM app.client x WHERE lower(x.admin_email) = lower(i.facts ->> 'email')
                                  AND x.access_state <> 'closed') m ON true
           WHERE i.import_id = $1
        ), v AS (
          SELECT c.*, CASE WHEN linked IS NOT NULL OR tagged IS NOT NULL OR mailed IS NULL THEN NULL
                           WHEN cardinality(mailed) > 1 THEN 'several_clients'
                           WHEN NOT free THEN 'client_has_customer'
                           WHEN twins > 1 THEN 'several_customers' END AS why FROM c
        )
        UPDATE app.import_item i SET reason = v.why,
               verdict = CASE WHEN v.linked IS NOT NULL THEN 'known' WHEN v.tagged IS NOT NULL THEN 'match'
                              WHEN v.why IS NOT NULL THEN 'conflict' WHEN v.mailed IS NOT NULL THEN 'match'
                              ELSE 'new' END,
               row_id = CASE WHEN v.why IS NULL THEN coalesce(v.linked, v.tagged, v.mailed[1]) END,
               candidates = CASE WHEN v.why IS NULL THEN '{}' ELSE v.mailed END
          FROM v WHERE i.import_id = $1 AND i.id = v.id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the import.
    public init(_ id: Import.ID) { parameters = [.uuid(id.rawValue)] }
}

/// Says of each product whether it is here, and every one of its prices: a product that was renamed since the account
/// was connected came in by itself, and its older prices did not.
public struct MarkProductsJudged: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.import_item i SET row_id = p.id, verdict = CASE WHEN p.id IS NULL OR EXISTS (
                 SELECT 1 FROM jsonb_array_elements_text(coalesce(j.facts -> 'prices', '[]')) f
                  WHERE NOT EXISTS (SELECT 1 FROM app.price q WHERE q.stripe_price = f)) THEN 'new' ELSE 'known' END
          FROM app.import_item j LEFT JOIN app.product p ON p.tenant_id = j.tenant_id AND p.stripe_product = j.stripe_id
         WHERE i.import_id = $1 AND j.import_id = $1 AND j.id = i.id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the import.
    public init(_ id: Import.ID) { parameters = [.uuid(id.rawValue)] }
}

/// Says of each subscription whether it is here, and whether its client and its prices are.
public struct MarkSubscriptionsJudged: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        WITH v AS (
          SELECT i.id, s.id AS known, CASE
                   WHEN s.id IS NOT NULL THEN NULL
                   WHEN NOT EXISTS (SELECT 1 FROM app.client c WHERE c.stripe_customer = i.facts ->> 'customer'
                                       AND c.access_state <> 'closed') THEN 'customer_unknown'
                   WHEN EXISTS (SELECT 1 FROM jsonb_array_elements(i.facts #> '{items,data}') e
                                 WHERE NOT EXISTS (SELECT 1 FROM app.price p WHERE p.stripe_price = e #>> '{price,id}'))
                     THEN 'price_unknown' END AS why
            FROM app.import_item i LEFT JOIN app.subscription s ON s.stripe_subscription = i.stripe_id
           WHERE i.import_id = $1
        )
        UPDATE app.import_item i SET row_id = v.known, reason = v.why,
               verdict = CASE WHEN v.known IS NOT NULL THEN 'known' WHEN v.why IS NOT NULL THEN 'conflict'
                              ELSE 'new' END
          FROM v WHERE i.import_id = $1 AND i.id = v.id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the import.
    public init(_ id: Import.ID) { parameters = [.uuid(id.rawValue)] }
}

/// Everything was read and judged: the caller may look at it.
public struct MarkImportReady: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.import SET status = 'ready', read_at = now(),
               account_id = coalesce(account_id, (SELECT c.account_id FROM app.connection c))
         WHERE id = $1 AND status = 'reading'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the import.
    public init(_ id: Import.ID) { parameters = [.uuid(id.rawValue)] }
}

/// Stripe's list cannot be read.
public struct MarkImportFailed: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.import SET status = 'failed', problem = $2, finished_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `problem` is JSON text.
    public init(_ id: Import.ID, problem: String) { parameters = [.uuid(id.rawValue), .json(problem)] }
}
