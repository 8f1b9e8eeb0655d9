import Postgres
import TestSupport
import Testing

/// Every table of schema app × every role × every way to touch a row, against another tenant's rows. The tables come
/// from the catalogue, so nobody can forget to add one.
@Suite(.freshDatabase) struct IsolationMatrixTests {
    let database = TestDatabase.current

    static let roles: [TestDatabase.Role] = [.gateway, .worker, .admin, .metrics]

    /// Two tenants with a row in every table; gives their ids.
    private func arrange(_ tables: [Catalogue.Table]) async throws -> (own: Int64, other: Int64) {
        for tenant in [Int64(1), 2] {
            // Foreign keys are not the matter here, so their triggers rest.
            let script = tables.map { $0.insert(for: tenant) }.joined(separator: ";\n")
            try await database.run("SET session_replication_role = replica; \(script); RESET session_replication_role")
        }
        return (1, 2)
    }

    /// What a role gets from a query in a transaction that is then undone: its first value, or the refusal's SQLSTATE.
    private func attempt(_ query: String, _ session: AdministrativeSession, as tenant: Int64?) async throws -> String {
        let entering = tenant.map { "SET LOCAL app.tenant_id = '\($0)'; " } ?? ""
        do {
            let rows = try await session.run("BEGIN; \(entering)\(query)")
            try await session.run("ROLLBACK")
            return rows.first?.first.flatMap { $0 } ?? "no row"
        } catch {
            _ = try? await session.run("ROLLBACK")
            guard let state = error.state else { throw error }
            return state.rawValue
        }
    }

    @Test(arguments: roles) func `V10: no role reads or writes another tenant's row, entered or not`(
        role: TestDatabase.Role
    ) async throws {
        let tables = try await Catalogue.tables(database)
        #expect(tables.count >= 15)
        let (own, other) = try await arrange(tables)
        let before = try await fingerprints(tables, of: other)
        let session = AdministrativeSession(database.conninfo(role))
        for table in tables {
            for tenant in [own, nil] {
                for (what, query) in try await queries(table, other, role) {
                    let got = try await attempt(query, session, as: tenant)
                    // Nothing seen, nothing changed, or no right to try: there is no fourth answer.
                    let allowed = what == "insert" || what == "steal" ? ["42501"] : ["0", "42501"]
                    let asWhom = tenant == nil ? "nobody" : "its own tenant"
                    #expect(allowed.contains(got), "\(what) \(table) as \(asWhom): \(got)")
                }
            }
        }
        await session.close()
        #expect(try await fingerprints(tables, of: other) == before)
    }

    @Test func `the matrix has teeth: without its policy a table is read`() async throws {
        let tables = try await Catalogue.tables(database)
        let (own, other) = try await arrange(tables)
        try await database.run("ALTER TABLE app.client DISABLE ROW LEVEL SECURITY")
        let session = AdministrativeSession(database.conninfo(.gateway))
        let got = try await attempt("SELECT count(*) FROM app.client WHERE tenant_id = \(other)", session, as: own)
        await session.close()
        #expect(got == "1")
    }

    @Test func `a tenant sees its own rows: the wall is no wall of stone`() async throws {
        let tables = try await Catalogue.tables(database)
        let (own, _) = try await arrange(tables)
        let session = AdministrativeSession(database.conninfo(.gateway))
        for table in ["client", "subscription", "invoice", "command"] {
            #expect(try await attempt("SELECT count(*) FROM app.\(table)", session, as: own) == "1")
            #expect(try await attempt("SELECT count(*) FROM app.\(table)", session, as: nil) == "0")
        }
        await session.close()
    }

    private func queries(_ table: Catalogue.Table, _ other: Int64, _ role: TestDatabase.Role) async throws -> [(
        String, String
    )] {
        let name = "app.\"\(table.name)\""
        let column = try await database.value(
            """
            SELECT a.attname FROM pg_attribute a WHERE a.attrelid = '\(name)'::regclass AND a.attnum > 0 AND NOT a.attisdropped
               AND a.attgenerated = '' AND has_column_privilege('\(role.rawValue)', a.attrelid, a.attnum, 'UPDATE') LIMIT 1
            """)
        let set = column ?? "tenant_id"
        return [
            ("select", "SELECT count(*) FROM \(name) WHERE tenant_id = \(other)"),
            ("select any", "SELECT count(*) FROM \(name) WHERE tenant_id <> coalesce(app.current_tenant(), -1)"),
            ("insert", table.insert(for: other)),
            (
                "update",
                "WITH u AS (UPDATE \(name) SET \"\(set)\" = \"\(set)\" WHERE tenant_id = \(other) RETURNING 1) SELECT count(*) FROM u"
            ),
            ("delete", "WITH d AS (DELETE FROM \(name) WHERE tenant_id = \(other) RETURNING 1) SELECT count(*) FROM d"),
            ("lock", "SELECT count(*) FROM (SELECT 1 FROM \(name) WHERE tenant_id = \(other) FOR SHARE) l"),
        ]
    }

    private func fingerprints(_ tables: [Catalogue.Table], of tenant: Int64) async throws -> [String?] {
        var result: [String?] = []
        for table in tables {
            result.append(
                try await database.value(
                    "SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM app.\"\(table.name)\" t WHERE tenant_id = \(tenant)"
                ))
        }
        return result
    }
}
