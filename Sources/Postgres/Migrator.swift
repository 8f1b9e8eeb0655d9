/// Brings a database to the schema this program was built for, and says whether it is there.
///
/// Each migration runs in one transaction together with its row in `public.tollgate_migration`. An advisory lock taken
/// inside that transaction lets any number of migrators start at once: each step is done by whoever comes first.
public struct Migrator: Sendable {
    private let migrations: [Migration]
    private let preparation: [UInt8]
    private let owner: String?

    /// - Parameters:
    ///   - migrations: names and scripts, oldest first.
    ///   - preparation: a script that may run again and again, for a superuser, before the migrations: roles and
    ///     schemas.
    ///   - owner: the role that owns the version table, so that it may migrate later without a superuser.
    public init(_ migrations: [(name: String, sql: [UInt8])], preparation: [UInt8] = [], owner: String? = nil) {
        self.migrations = Migration.numbered(migrations)
        self.preparation = preparation
        self.owner = owner
    }

    /// Runs what is missing and gives the names of what it ran.
    @discardableResult public func run(on database: Database) async throws -> [String] {
        try await prepare(database)
        var done: [String] = []
        for migration in migrations where try await apply(migration, on: database) { done.append(migration.name) }
        return done
    }

    /// The names of the migrations `run` would run, without running them. Changed and unknown ones are refused.
    public func plan(on database: Database) async throws -> [String] {
        try await database.transaction(in: AdministrativeScope.self) { tx in
            guard try tx.one(FindMigrationRights()).hasTable else { return migrations.map(\.name) }
            let applied = try tx.run(ListAppliedMigrations())
            try verify(applied, tx)
            return migrations.dropFirst(applied.count).map(\.name)
        }
    }

    /// Throws `SchemaMismatch` unless the database has exactly our migrations. For every process, at start; needs no
    /// right but to read the version table.
    public func check(_ database: Database) async throws {
        let applied: [AppliedMigration]
        do {
            applied = try await database.transaction(in: AdministrativeScope.self) { tx in
                try tx.run(ListAppliedMigrations())
            }
        } catch let error as PostgresError where error.state == .undefinedTable {
            throw SchemaMismatch.notMigrated
        }
        if let unknown = unknown(applied) { throw unknown }
        let missing = migrations.dropFirst(applied.count).map(\.name)
        if !missing.isEmpty { throw SchemaMismatch.behind(missing) }
    }

    private func prepare(_ database: Database) async throws {
        let rights = try await database.transaction(in: AdministrativeScope.self) { tx in
            try tx.one(FindMigrationRights())
        }
        guard rights.isSuperuser || !rights.hasTable else { return }
        // Roles belong to the whole cluster: a migrator of another database may be changing them at this moment.
        for attempt in 1... {
            do {
                return try await database.transaction(in: AdministrativeScope.self) { tx in
                    _ = try tx.run(LockMigrations())
                    _ = try tx.script(String(decoding: preparation, as: UTF8.self))
                    _ = try tx.script(versionTable)
                }
            } catch let error as PostgresError where attempt < 20 && Self.isCollision(error) {
                try await Task.sleep(for: .milliseconds(Int.random(in: 5...(20 * attempt))))
            } catch let error as PostgresError {
                throw SchemaMismatch.failed("preparation", error)
            }
        }
    }

    private static func isCollision(_ error: PostgresError) -> Bool {
        switch error {
        case .refused(.internalError, let message, _): message.contains("concurrently")
        case .refused(let state, _, _):
            [.uniqueViolation, .duplicateObject, .deadlockDetected, .serializationFailure].contains(state)
        default: false
        }
    }

    private var versionTable: String {
        let ownership = owner.map { "ALTER TABLE public.tollgate_migration OWNER TO \"\($0)\";" } ?? ""
        return """
            CREATE TABLE IF NOT EXISTS public.tollgate_migration (
              version    integer PRIMARY KEY,
              name       text NOT NULL,
              sha256     text NOT NULL,
              applied_at timestamptz NOT NULL DEFAULT now()
            );
            GRANT SELECT ON public.tollgate_migration TO PUBLIC;
            \(ownership)
            """
    }

    /// Whether it ran now; false when it had run before.
    private func apply(_ migration: Migration, on database: Database) async throws -> Bool {
        try await database.transaction(in: AdministrativeScope.self) { tx in
            _ = try tx.run(LockMigrations())
            let applied = try tx.run(ListAppliedMigrations())
            try verify(applied, tx)
            guard applied.count < migration.version else { return false }
            do {
                // Version row first: a script may end under another role.
                tx.send(InsertAppliedMigration(migration: migration))
                _ = try tx.script(String(decoding: migration.sql, as: UTF8.self))
            } catch let error as PostgresError {
                throw SchemaMismatch.failed(migration.name, error)
            }
            return true
        }
    }

    private func verify(_ applied: [AppliedMigration], _ tx: borrowing Transaction<AdministrativeScope>) throws {
        if let unknown = unknown(applied) { throw unknown }
        for (row, migration) in zip(applied, migrations) {
            guard try tx.one(FindScriptDigest(script: migration.sql)) == row.sha256 else {
                throw SchemaMismatch.changed(migration.name)
            }
        }
    }

    private func unknown(_ applied: [AppliedMigration]) -> SchemaMismatch? {
        if applied.count > migrations.count { return .ahead(applied.dropFirst(migrations.count).map(\.name)) }
        for (row, migration) in zip(applied, migrations)
        where (row.version, row.name) != (migration.version, migration.name) {
            return .changed(row.name)
        }
        return nil
    }
}
