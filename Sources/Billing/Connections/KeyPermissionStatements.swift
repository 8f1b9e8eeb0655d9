public import Jobs
public import Postgres

/// What is known of one permission of the tenant's key.
public struct KnownPermission: Equatable, Sendable {
    /// Stripe's word for the resource.
    public var name: String
    /// What does not work without it.
    public var neededFor: String
    /// nil: nobody knows.
    public var isOK: Bool?
    /// Stripe's word for what is missing.
    public var denied: String?
    /// Stripe's sentence.
    public var detail: String?
}

/// Everything known of the key's permissions, what is missing first.
public struct ListKeyPermissions: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT name, needed_for, ok, denied, detail FROM app.key_permission ORDER BY ok NULLS LAST, name
        """

    /// States the question.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> KnownPermission {
        try KnownPermission(
            name: row.string(0), neededFor: row.string(1), isOK: row.optionalBool(2), denied: row.optionalString(3),
            detail: row.optionalString(4))
    }
}

/// What a harmless read of the examination told about a permission. A read that is allowed says nothing of a write that
/// was refused: that one is unknown from here on, until the next command tries.
public struct MarkPermissionProbed: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.key_permission AS p (name, needed_for, ok, denied, detail) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, name) DO UPDATE SET
          ok = CASE WHEN excluded.ok AND p.denied LIKE '%\\_write' THEN NULL ELSE excluded.ok END,
          needed_for = excluded.needed_for, denied = excluded.denied, detail = excluded.detail, checked_at = now()
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `isOK` is nil where the answer was neither a yes nor a no.
    public init(_ permission: KeyPermission, isOK: Bool?, denied: String? = nil, detail: String? = nil) {
        parameters = [
            .text(permission.name), .text(permission.neededFor), .optional(isOK),
            .optional(denied), .optional(detail),
        ]
    }
}

/// A command was refused for want of a permission. Nothing when the key is no longer the active one.
public struct MarkPermissionDenied: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.key_permission AS p (name, needed_for, ok, denied, detail)
        SELECT coalesce((SELECT k.name FROM app.key_permission k
                          WHERE k.name = $1 OR k.denied LIKE 'rak\\_' || $1 || '\\_%'
                          ORDER BY k.name = $1 DESC LIMIT 1), $1), $2, false, $3, $4
         WHERE $5::uuid IS NULL OR EXISTS (SELECT 1 FROM app.connection c WHERE c.secret_id = $5)
        ON CONFLICT (tenant_id, name) DO UPDATE SET
          ok = false, denied = excluded.denied, detail = excluded.detail, checked_at = now()
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `word` is Stripe's for what is missing; `key` is the one that was refused.
    public init(resource: String, neededFor: String, word: String?, detail: String, key: SealedSecret.ID?) {
        parameters = [
            .text(resource), .text(neededFor), .optional(word), .text(detail), .optional(key?.rawValue),
        ]
    }
}

/// Another key is active: what the old one lacked, and was refused, says nothing of it.
public struct DeleteKeyPermissions: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        WITH heard AS (UPDATE app.connection SET events_refusal = NULL, events_refused_at = NULL
                        WHERE events_refused_at IS NOT NULL)
        DELETE FROM app.key_permission
        """

    /// States the wish.
    public init() {}
}
