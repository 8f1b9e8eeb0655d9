public import FoundationEssentials
public import Jobs
public import Postgres

/// The tenant's audit log, newest first.
public struct ListAuditEntries: Statement {
    /// What narrows a list.
    public struct Filter: Equatable, Sendable {
        /// Only this action.
        public var action: String?
        /// Only what was done to this.
        public var target: String?
        /// Only what this actor did.
        public var actor: String?

        /// Nothing narrows it unless said.
        public init(action: String? = nil, target: String? = nil, actor: String? = nil) {
            self.action = action
            self.target = target
            self.actor = actor
        }
    }

    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT x.id, x.at, x.actor, x.key_id, x.user_id, x.action, x.target, x.before, x.after, x.ip, x.request_id,
               l.seq, l.hash, x.erased_at
          FROM app.audit_entry x LEFT JOIN app.audit_link l ON l.tenant_id = x.tenant_id AND l.entry_id = x.id
         WHERE x.id IN (
           (SELECT id FROM app.audit_entry WHERE NOT $3 AND id < $1 AND ($5::text IS NULL OR action = $5)
               AND ($6::text IS NULL OR target = $6) AND ($7::text IS NULL OR actor = $7)
             ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.audit_entry WHERE $3 AND id > $2 AND ($5::text IS NULL OR action = $5)
               AND ($6::text IS NULL OR target = $6) AND ($7::text IS NULL OR actor = $7)
             ORDER BY id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the page and what narrows it.
    public init(_ page: Page, _ filter: Filter) {
        parameters =
            page.parameters + [.optional(filter.action), .optional(filter.target), .optional(filter.actor)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> AuditEntry {
        AuditEntry(
            id: try row.id(0), at: try row.timestamp(1), actor: try row.string(2), key: try row.optionalID(3),
            user: try row.optionalID(4), action: try row.string(5), target: try row.string(6),
            before: row.isNull(7) ? nil : try row.json(7), after: row.isNull(8) ? nil : try row.json(8),
            address: try row.optionalString(9), requestID: try row.optionalString(10),
            seq: try row.optionalInt(11), hash: row.isNull(12) ? nil : try row.bytes(12),
            erasedAt: try row.optionalTimestamp(13))
    }
}

/// What is wrong with a stretch of the entered tenant's chain.
public struct ListAuditFaults: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT seq, entry_id, fault FROM app.audit_faults(app.current_tenant(), $1, $2)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// The links after `seq`, `count` of them.
    public init(after seq: Int64, count: Int) { parameters = [.int(seq), .int(Int64(count))] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> AuditFault {
        AuditFault(seq: try row.optionalInt(0), entry: try row.id(1), fault: try row.string(2))
    }
}

/// Where the entered tenant's chain ends.
public struct FindAuditHead: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT seq, hash FROM app.audit_link WHERE $1::bigint IS NULL OR seq = $1 ORDER BY seq DESC LIMIT 1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// The link with that number; nil is the last one.
    public init(_ seq: Int64? = nil) { parameters = [.optional(seq)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> AuditHead {
        AuditHead(seq: try row.int(0), hash: try row.bytes(1))
    }
}

/// Who changed what. The database digests it and appends it to the tenant's chain when the transaction commits.
public struct InsertAuditEntry: Statement {
    /// Who did it, by which key and request.
    public struct Origin: Equatable, Sendable {
        /// `pu_…`, `key_…`, a worker's command.
        public var actor: String
        /// The API key behind it.
        public var key: UUID?
        /// The portal user it acted for.
        public var user: PortalUser.ID?
        /// Where the request came from.
        public var address: String?
        /// The request.
        public var requestID: String?

        /// States the facts.
        public init(
            actor: String, key: UUID? = nil, user: PortalUser.ID? = nil, address: String? = nil,
            requestID: String? = nil
        ) {
            self.actor = actor
            self.key = key
            self.user = user
            self.address = address
            self.requestID = requestID
        }
    }

    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.audit_entry (id, actor, action, target, before, after, key_id, user_id, client_id, ip,
          request_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `before` and `after` are JSON texts; `client` is whose data they hold, if a client's.
    public init(
        _ id: AuditEntry.ID, by origin: Origin, action: String, target: String, client: Client.ID? = nil,
        before: String? = nil, after: String? = nil
    ) {
        parameters = [
            .uuid(id.rawValue), .text(origin.actor), .text(action), .text(target), .optional(json: before),
            .optional(json: after), .optional(origin.key), .optional(origin.user?.rawValue),
            .optional(client?.rawValue), .optional(origin.address), .optional(origin.requestID),
        ]
    }
}
