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
}
