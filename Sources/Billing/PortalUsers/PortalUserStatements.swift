public import Jobs
public import Postgres

/// One user.
public struct FindPortalUser: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, external_id, role, name, email, status, verified_at, metadata, created_at, updated_at
          FROM app.portal_user WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: PortalUser.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> PortalUser { try PortalUser(row) }
}

/// One user, for whoever changes it.
public struct FindPortalUserForUpdate: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, external_id, role, name, email, status, verified_at, metadata, created_at, updated_at
          FROM app.portal_user WHERE id = $1 FOR UPDATE
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: PortalUser.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> PortalUser { try PortalUser(row) }
}

/// The tenant's users, newest first.
public struct ListPortalUsers: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, external_id, role, name, email, status, verified_at, metadata, created_at, updated_at
          FROM app.portal_user x
         WHERE x.id IN (
           (SELECT id FROM app.portal_user WHERE NOT $3 AND id < $1 AND ($5::uuid IS NULL OR client_id = $5)
               AND ($6::text IS NULL OR role = $6)
             ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.portal_user WHERE $3 AND id > $2 AND ($5::uuid IS NULL OR client_id = $5)
               AND ($6::text IS NULL OR role = $6)
             ORDER BY id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `client` and `role` narrow it.
    public init(_ page: Page, client: Client.ID?, role: PortalRole?) {
        parameters = page.parameters + [.optional(client?.rawValue), .optional(role?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> PortalUser { try PortalUser(row) }
}

/// A new user.
public struct InsertPortalUser: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.portal_user (id, client_id, external_id, role, name, email, status, verified_at, metadata)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(_ id: PortalUser.ID, _ wish: PortalUserWish) { parameters = [.uuid(id.rawValue)] + wish.parameters }
}

/// What the portal says about a user, anew.
public struct MarkPortalUserChanged: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.portal_user SET client_id = $2, external_id = $3, role = $4, name = $5, email = $6, status = $7,
          verified_at = $8, metadata = $9, updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish, whole.
    public init(_ id: PortalUser.ID, _ wish: PortalUserWish) { parameters = [.uuid(id.rawValue)] + wish.parameters }
}

extension PortalUserWish {
    /// In the order of the columns.
    fileprivate var parameters: [Parameter] {
        [
            .optional(client?.rawValue), .optional(externalID), .text(role.rawValue), .optional(name),
            .optional(email?.text), .text(status.rawValue), .optional(verifiedAt), .json(metadata),
        ]
    }
}

extension PortalUser {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), client: try row.optionalID(1), externalID: try row.optionalString(2),
            role: try row.word(3), name: try row.optionalString(4), email: try row.optionalString(5),
            status: try row.word(6), verifiedAt: try row.optionalTimestamp(7), metadata: try row.json(8),
            createdAt: try row.timestamp(9), updatedAt: try row.timestamp(10))
    }
}
