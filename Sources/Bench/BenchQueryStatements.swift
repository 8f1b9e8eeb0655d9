/// What a figure asks the superuser's session before and after it measures.
enum BenchQueryStatements {
    /// Jobs still waiting.
    static let jobsLeft = "SELECT count(*) FROM jobq.job"
    /// A worker row for pgbench.
    static let enroll = "SELECT jobq.enroll(4::smallint, 'bench', 0, 'pgbench')"
    /// Commands that ended well.
    static let commandsDone = "SELECT count(*) FROM app.command WHERE outcome = 'done'"
    /// Calls whose answer was recorded.
    static let callsAnswered = "SELECT count(*) FROM app.stripe_call WHERE answered_at IS NOT NULL"
    /// Holds one snapshot open, as a long report would.
    static let holdSnapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM jobq.queue"
    /// One tenant with a key, and a budget nothing can exhaust.
    static let tenant = """
        SELECT app.add_tenant('00000000-0000-7000-8000-000000000001', gen_random_uuid(), 'bench', false);
        SELECT app.add_api_key('00000000-0000-7000-8000-000000000001', gen_random_uuid(),
                               decode(repeat('ab', 32), 'hex'), 1::smallint, 'tg_test_', 'abcd', 'bench',
                               '{*}', NULL);
        UPDATE jobq.bucket SET rate = 1e6, ceiling = 1e6;
        """
    /// Commands accepted so far.
    static let commands = "SELECT count(*) FROM app.command"
    /// One client per tenant, whose id ends in the tenant's number.
    static let clients = """
        INSERT INTO app.client (tenant_id, id, name)
        SELECT t.tenant_id, ('01930000-0000-7000-8000-' || lpad(t.tenant_id::text, 12, '0'))::uuid, 'client'
          FROM app.tenant t
        """
    /// Where pgbench finds the tenants' keys.
    static let macTable = """
        CREATE TABLE public.bench_mac (n int PRIMARY KEY, mac bytea);
        GRANT USAGE ON SCHEMA public TO tollgate_gateway;
        GRANT SELECT ON public.bench_mac TO tollgate_gateway;
        """

    /// A tenant with a key, connected to Stripe as far as the API can tell. `mac` is hexadecimal.
    static func connectedTenant(_ number: Int, mac: String) -> String {
        let id = "00000000-0000-7000-8000-" + String(repeating: "0", count: 12 - "\(number)".count) + "\(number)"
        return """
            SELECT app.add_tenant('\(id)', gen_random_uuid(), 'tenant \(number)', false);
            SELECT app.add_api_key('\(id)', gen_random_uuid(), decode('\(mac)', 'hex'), 1::smallint, 'tg_test_',
                                   'abcd', 'bench', '{*}', NULL);
            INSERT INTO public.bench_mac VALUES (\(number), decode('\(mac)', 'hex'));
            INSERT INTO app.connection (tenant_id, id, mode, status, account_id, key_ok, webhook_status, webhook_token)
            SELECT t.tenant_id, gen_random_uuid(), 'secret_key', 'connected', 'acct_\(number)', true, 'registered',
                   gen_random_uuid()
              FROM app.tenant t WHERE t.public_id = '\(id)';
            """
    }
}
