/// One migrator at a time in one database; the lock goes with the transaction.
struct LockMigrations: Statement {
    typealias Scope = AdministrativeScope
    static let sql: StaticString = "SELECT pg_advisory_xact_lock(7230109)"
}

/// A row of the version table.
struct AppliedMigration: Sendable {
    let version: Int
    let name: String
    let sha256: String
}

/// Every migration this database has had.
struct ListAppliedMigrations: Statement {
    typealias Scope = AdministrativeScope
    static let sql: StaticString = "SELECT version, name, sha256 FROM public.tollgate_migration ORDER BY version"
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> AppliedMigration {
        AppliedMigration(version: Int(try row.int(0)), name: try row.string(1), sha256: try row.string(2))
    }
}

/// Notes that a migration ran.
struct InsertAppliedMigration: Statement {
    typealias Scope = AdministrativeScope
    let migration: Migration
    static let sql: StaticString = """
        INSERT INTO public.tollgate_migration (version, name, sha256)
        VALUES ($1, $2, encode(sha256($3::bytea), 'hex'))
        """
    var parameters: [Parameter] { [.int(Int64(migration.version)), .text(migration.name), .bytes(migration.sql)] }
}

/// The digest of a script, made by the server so that this module needs no cryptography.
struct FindScriptDigest: Statement {
    typealias Scope = AdministrativeScope
    let script: [UInt8]
    static let sql: StaticString = "SELECT encode(sha256($1::bytea), 'hex')"
    var parameters: [Parameter] { [.bytes(script)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> String { try row.string(0) }
}

/// Whether the version table exists, and whether we are a superuser, who alone may prepare the cluster's roles.
struct FindMigrationRights: Statement {
    typealias Scope = AdministrativeScope
    static let sql: StaticString = """
        SELECT to_regclass('public.tollgate_migration') IS NOT NULL,
               (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
        """
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> (hasTable: Bool, isSuperuser: Bool) {
        (try row.bool(0), try row.bool(1))
    }
}
