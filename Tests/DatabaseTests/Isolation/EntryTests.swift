import Daemon
import FoundationEssentials
import Jobs
import Postgres
import TestSupport
import Testing

/// The doors: who gets into a tenant's transaction, and what stays shut inside.
@Suite(.freshDatabase) struct EntryTests {
    let queue = QueueFixture()

    /// The SQLSTATE of entering with a key, nil when it works.
    private func enter(_ mac: [UInt8], scope: String? = nil) async throws -> String? {
        do {
            _ = try await queue.gateway.transaction(entering: EnterByKey(mac: mac, scope: scope)) { (_: UUID, _) in }
            return nil
        } catch let error as PostgresError {
            return error.state?.rawValue ?? "\(error)"
        }
    }

    /// The SQLSTATE of a query of a role, nil when it works.
    private func refusal(_ query: String, _ role: TestDatabase.Role) async throws -> String? {
        let session = AdministrativeSession(queue.database.conninfo(role))
        do {
            try await session.run(query)
            await session.close()
            return nil
        } catch {
            await session.close()
            return error.state?.rawValue
        }
    }

    @Test func `an unknown key opens nothing`() async throws {
        #expect(try await enter([UInt8](repeating: 1, count: 32)) == "28000")
    }

    @Test(arguments: [
        "UPDATE app.api_key SET revoked_at = now()", "UPDATE app.api_key SET expires_at = now() - interval '1 s'",
        "UPDATE app.tenant SET suspended_at = now()",
    ]) func `revoked, expired and suspended look like unknown`(change: String) async throws {
        let tenant = try await queue.makeTenant()
        #expect(try await enter(tenant.mac) == nil)
        try await queue.database.run(change)
        #expect(try await enter(tenant.mac) == "28000")
    }

    @Test(arguments: [
        ("{clients:read}", "clients:write", false), ("{}", "clients:read", false),
        ("{invoices:*}", "clients:read", false),
        ("{clients}", "clients:read", false), ("{clients:write}", "clients:write", true),
        ("{clients:*}", "clients:write", true),
        ("{*}", "clients:write", true),
    ]) func `a key opens what its scopes say`(scopes: String, asked: String, opens: Bool) async throws {
        let tenant = try await queue.makeTenant()
        try await queue.database.run("UPDATE app.api_key SET scopes = '\(scopes)'")
        #expect(try await enter(tenant.mac, scope: asked) == (opens ? nil : "42501"))
    }

    @Test func `a key's use is noted to the minute`() async throws {
        let tenant = try await queue.makeTenant()
        _ = try await enter(tenant.mac)
        let first = try await queue.database.value("SELECT last_used_at FROM app.api_key")
        _ = try await enter(tenant.mac)
        #expect(try await queue.database.value("SELECT last_used_at FROM app.api_key") == first && first != nil)
    }

    @Test func `an injected set_config is refused`() async throws {
        for role in [TestDatabase.Role.gateway, .worker, .admin, .metrics] {
            let query = "SELECT id FROM app.client WHERE false OR set_config('app.tenant_id', '2', true) IS NOT NULL"
            #expect(try await refusal(query, role) == "42501", "\(role)")
        }
    }

    @Test func `the tenant does not outlive its transaction`() async throws {
        let tenant = try await queue.makeTenant()
        let one = queue.database.open(.gateway, sessions: 1)
        try await one.transaction(entering: EnterByKey(mac: tenant.mac)) { tx in
            _ = try tx.run(CurrentTenant<TenantScope>())
        }
        let left = try await one.transaction(in: ArrangingScope.self) { tx in
            try tx.one(CurrentTenant<ArrangingScope>())
        }
        #expect(left == nil)
    }

    @Test(arguments: [
        "SELECT mac FROM app.api_key", "SELECT envelope FROM app.sealed_secret", "SELECT * FROM app.sealed_secret",
        "SELECT body FROM app.stripe_call", "SELECT payload FROM app.command", "SELECT * FROM jobq.job",
        "SELECT * FROM jobq.lane",
        "INSERT INTO app.command (public_id, queue_id, kind, payload) VALUES (gen_random_uuid(), 1, 'x', '{}')",
        "DELETE FROM app.client", "UPDATE app.tenant SET suspended_at = NULL", "SELECT jobq.claim(1::smallint, 1, 1)",
        "SELECT jobq.finish('{1}', '{1}')", "SELECT app.enter_job(1, 1, 1)",
        "SELECT jobq.resolve(gen_random_uuid(), 'skip', 'me')",
        "SELECT app.add_tenant(gen_random_uuid(), gen_random_uuid(), 'x', false)", "SET ROLE tollgate_entry",
        // Whose Stripe account is meant, and by which key, is proven by workers.
        "UPDATE app.connection SET account_id = 'acct_of_another'", "UPDATE app.connection SET secret_id = NULL",
        "UPDATE app.connection SET webhook_secret_id = NULL",
        "UPDATE app.connection SET webhook_token = gen_random_uuid()",
        "INSERT INTO app.connection (id, mode, status, account_id, webhook_token) VALUES (gen_random_uuid(), 'connect', 'connected', 'acct_of_another', gen_random_uuid())",
    ]) func `the role that faces the internet may not`(query: String) async throws {
        #expect(try await refusal(query, .gateway) == "42501")
    }

    @Test(arguments: [
        "SELECT mac FROM app.api_key", "SELECT app.enter_by_key('\\x00', NULL)", "SELECT * FROM jobq.job",
        "UPDATE jobq.lane SET cap = 9",
        "SELECT jobq.cancel(gen_random_uuid(), 'me')",
        "INSERT INTO app.tenant (public_id, agency_id, name) VALUES (gen_random_uuid(), gen_random_uuid(), 'x')",
    ]) func `nor may a worker`(query: String) async throws {
        #expect(try await refusal(query, .worker) == "42501")
    }

    @Test(arguments: [
        "SELECT app.add_tenant(gen_random_uuid(), gen_random_uuid(), 'x', false)", "SELECT app.list_tenants()",
        "SELECT app.add_api_key(gen_random_uuid(), gen_random_uuid(), '\\x00', 1::smallint, 'a', 'b', 'c', '{*}', NULL)",
        "SELECT app.list_api_keys(gen_random_uuid())", "SELECT app.suspend_tenant(gen_random_uuid(), true)",
        "SELECT app.enter_by_key('\\x00', NULL)", "SELECT * FROM app.tenant", "SELECT mac FROM app.api_key",
        "SELECT * FROM app.client", "SELECT * FROM jobq.job", "SELECT jobq.pause_queue('invoices', 'why')",
        "SELECT jobq.pause_lane('invoices', gen_random_uuid(), 'why')", "SELECT jobq.repair()",
        "SELECT jobq.claim(1::smallint, 1, 1)", "SET ROLE tollgate_admin", "SET ROLE tollgate_gateway",
    ]) func `nor may the API's second login, which only looks at the queues and decides about a command`(query: String)
        async throws
    {
        let state = try await refusal(query, .pages)
        #expect(state == "42501", "\(query): \(state ?? "done")")
    }

    @Test func `the API's second login may run these functions and no others`() async throws {
        let functions = try await queue.database.run(
            """
            SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname IN ('app', 'jobq') AND p.prosecdef AND has_function_privilege('tollgate_pages', p.oid, 'execute')
             ORDER BY 1
            """)
        #expect(
            functions.compactMap { $0[0] } == [
                "depth", "history", "list_jobs", "paused_lanes", "resolve", "show_job", "workers",
            ])
        let tables = try await queue.database.run(
            """
            SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname IN ('app', 'jobq') AND c.relkind IN ('r', 'p', 'v')
               AND has_any_column_privilege('tollgate_pages', c.oid, 'SELECT, INSERT, UPDATE')
            """)
        #expect(tables == [["isolation_violations"]])
    }

    @Test func `what may be known of a tenant enters nobody: only a key's MAC and a webhook's token do`() async throws {
        let doors = try await queue.database.run(
            """
            SELECT p.proname FROM pg_proc p
             WHERE p.prosrc LIKE '%set_config%app.tenant_id%' AND has_function_privilege('tollgate_gateway', p.oid, 'execute')
             ORDER BY 1
            """)
        #expect(doors == [["enter_by_hook"], ["enter_by_key"], ["receive_connect_event"]])
        let tenant = try await queue.makeTenant()
        try await queue.database.run(
            """
            INSERT INTO app.connection (tenant_id, id, mode, status, account_id, webhook_token)
            VALUES (\(tenant.id), gen_random_uuid(), 'connect', 'connected', 'acct_1', gen_random_uuid())
            """)
        let session = AdministrativeSession(queue.database.conninfo(.gateway))
        try await session.run("BEGIN")
        let received = try await session.run(
            """
            SELECT count(*) FROM app.receive_connect_event('acct_1', false, 'evt_1', 'invoice.paid', 'invoice', 'in_1', 'cus_1',
              NULL, now(), gen_random_uuid())
            """)
        let seen = try await session.run("SELECT app.current_tenant(), (SELECT count(*) FROM app.connection)")
        try await session.run("COMMIT")
        await session.close()
        #expect(received == [["1"]] && seen == [[nil, "0"]], "\(received) \(seen)")
        #expect(try await queue.database.value("SELECT count(*) FROM app.stripe_event") == "1")
    }

    @Test func `a command needs an entered tenant`() async throws {
        let query = "SELECT jobq.enqueue(1::smallint, 'x', '{}', gen_random_uuid())"
        #expect(try await refusal(query, .gateway) == "28000")
    }
}

/// The tenant of the transaction.
private struct CurrentTenant<Where>: Statement {
    typealias Scope = Where
    static var sql: StaticString { "SELECT app.current_tenant()" }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64? { try row.optionalInt(0) }
}
