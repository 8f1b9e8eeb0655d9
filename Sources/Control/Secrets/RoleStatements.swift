internal import Postgres

/// Puts a role's name and password where the next statement finds them: ALTER ROLE takes no parameters. Gone with the
/// transaction.
struct SetRolePassword: Statement {
    typealias Scope = AdministrativeScope
    let role: String
    let password: String
    static let sql: StaticString = """
        SELECT set_config('tollgate.role', $1, true), set_config('tollgate.password', $2, true)
        """
    var parameters: [Parameter] { [.text(role), .text(password)] }
}

/// Gives a login role its password; the server keeps only a SCRAM verifier of it. A refusal is raised anew: the server
/// would else note the whole ALTER ROLE, password and all, in its log as the refusal's context.
struct MarkRolePassword: Statement {
    typealias Scope = AdministrativeScope
    static let sql: StaticString = """
        DO $$ BEGIN
          EXECUTE format('ALTER ROLE %I PASSWORD %L', current_setting('tollgate.role'),
            current_setting('tollgate.password'));
        EXCEPTION WHEN OTHERS THEN
          RAISE EXCEPTION 'no password for %: %', current_setting('tollgate.role'), SQLERRM USING ERRCODE = SQLSTATE;
        END $$
        """
}
