import Postgres
import TestSupport
import Testing

@testable import Control

/// What the server's log would hold when a role's password is refused.
@Suite(.emptyDatabase) struct RolePasswordTests {
    @Test func `a refused password is in no message and no context of the server`() async throws {
        let rows = try await TestDatabase.current.run(
            """
            DO $outer$
            DECLARE v_message text; v_context text;
            BEGIN
              PERFORM set_config('tollgate.role', 'nobody_of_that_name', true), set_config('tollgate.password', 'hunter2', true);
              EXECUTE $inner$\(MarkRolePassword.sql)$inner$;
            EXCEPTION WHEN OTHERS THEN
              GET STACKED DIAGNOSTICS v_message = MESSAGE_TEXT, v_context = PG_EXCEPTION_CONTEXT;
              PERFORM set_config('tollgate.seen', v_message || ' ' || v_context, false);
            END $outer$;
            SELECT current_setting('tollgate.seen')
            """)
        let seen = try #require(rows.last?.first ?? nil)
        #expect(seen.contains("nobody_of_that_name") && !seen.contains("hunter2"), "\(seen)")
    }
}
