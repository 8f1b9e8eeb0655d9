public import Daemon
public import Jobs
public import Postgres

/// What of a client still bills: its subscriptions that are not over, oldest first, with Stripe's ids.
public struct ListRunningSubscriptions: Statement {
    /// One of them.
    public struct Found: Equatable, Sendable {
        /// Its place among all of the client's, from 1.
        public var number: Int
        /// Which one.
        public var id: Subscription.ID
        /// `sub_…`; nil before Stripe knows it.
        public var stripeID: String?
    }

    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT x.n, x.id, x.stripe_subscription
          FROM (SELECT row_number() OVER (ORDER BY s.id) AS n, s.id, s.status, s.stripe_subscription
                  FROM app.subscription s WHERE s.client_id = $1) x
         WHERE x.status NOT IN ('canceled', 'incomplete_expired') ORDER BY x.n
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the client.
    public init(of client: Client.ID) { parameters = [.uuid(client.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Found {
        Found(number: Int(try row.int(0)), id: try row.id(1), stripeID: try row.optionalString(2))
    }
}

/// A client's invoices that are still to be paid and that Stripe lets be voided.
public struct ListOpenInvoices: Statement {
    /// One of them.
    public struct Found: Equatable, Sendable {
        /// Its place among all of the client's, from 1.
        public var number: Int
        /// `in_…`
        public var stripeID: String
    }

    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT x.n, x.stripe_invoice
          FROM (SELECT row_number() OVER (ORDER BY i.id) AS n, i.status, i.stripe_invoice
                  FROM app.invoice i WHERE i.client_id = $1) x
         WHERE x.status IN ('open', 'uncollectible') AND x.stripe_invoice IS NOT NULL ORDER BY x.n
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the client.
    public init(of client: Client.ID) { parameters = [.uuid(client.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Found {
        Found(number: Int(try row.int(0)), stripeID: try row.string(1))
    }
}

/// The client is closed, for ever.
public struct MarkClientClosed: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.client SET access_state = 'closed', access_at = now(), closed_at = coalesce(closed_at, now()),
          updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Client.ID) { parameters = [.uuid(id.rawValue)] }
}

/// Takes a person's data out of every row of ours.
public struct EraseClientRows: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "SELECT app.erase_client($1, $2) IS NULL"
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Client.ID) { parameters = [.uuid(id.rawValue), .text(id.text)] }
}

/// Takes a person out of the usage events, so many at once; gives how many it were.
public struct EraseClientUsage: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "SELECT app.erase_usage($1, $2)"
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the client.
    public init(_ id: Client.ID, atMost count: Int64) { parameters = [.uuid(id.rawValue), .int(count)] }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// Everything held about a client: one row for each table that has any.
public struct ExportClient: Statement {
    /// One table's share.
    public struct Share: Equatable, Sendable {
        /// The table.
        public var name: String
        /// How many rows there are.
        public var count: Int64
        /// The newest of them; JSON text of a list.
        public var rows: String
    }

    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT name, row_count, content FROM app.export_client($1, $2, $3) WHERE row_count > 0
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// At most `rows` of each table, and about `bytes` of all.
    public init(_ id: Client.ID, rows: Int, bytes: Int) {
        parameters = [.uuid(id.rawValue), .int(Int64(rows)), .int(Int64(bytes))]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Share {
        Share(name: try row.string(0), count: try row.int(1), rows: try row.json(2))
    }
}

extension Transaction where Scope == TenantScope {
    /// Closes a client whose billing has ended: every hold ends with it.
    public func closeClient(_ id: Client.ID, because cause: AccessCause, at now: Timestamp) throws {
        guard let lock = try first(LockAccess(id)), lock.state != .closed else { return }
        for hold in try run(ListHolds(of: id)) where hold.isOpen {
            send(MarkHoldReleased(hold.id, .superseded, by: cause))
        }
        let change = AccessChange(from: lock.state, to: .closed)
        send(MarkClientClosed(id))
        send(InsertAccessTransition(.new(at: now), of: id, change, hold: nil, because: cause))
        announce(change.event(of: id, because: cause, open: []), at: now)
    }
}
