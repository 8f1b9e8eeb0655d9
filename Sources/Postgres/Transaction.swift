/// Permission to run statements, lent to a synchronous body for the length of one transaction.
///
/// Only a session makes one, and it cannot be copied or kept. After the first error every further statement throws that
/// same error and the transaction ends in ROLLBACK, even if the body swallowed it.
public struct Transaction<Scope>: ~Copyable {
    let wire: Wire

    init(on wire: Wire) { self.wire = wire }

    /// Runs a statement together with everything queued before it, in one round trip, and gives its rows.
    public func run<S: Statement>(_ statement: S) throws(PostgresError) -> [S.Row] where S.Scope == Scope {
        try wire.ask(S.sql, statement.parameters).decode(S.self)
    }

    /// Runs a statement and gives its first row, or nil when there is none.
    public func first<S: Statement>(_ statement: S) throws(PostgresError) -> S.Row? where S.Scope == Scope {
        try wire.ask(S.sql, statement.parameters).decodeFirst(S.self)
    }

    /// Runs a statement and gives its first row; having none is an error.
    public func one<S: Statement>(_ statement: S) throws(PostgresError) -> S.Row where S.Scope == Scope {
        guard let row = try first(statement) else { throw .noRow("\(S.self)") }
        return row
    }

    /// Runs a statement and says how many rows it inserted, changed, deleted or found.
    public func count<S: Statement>(_ statement: S) throws(PostgresError) -> Int where S.Scope == Scope {
        try wire.ask(S.sql, statement.parameters).affected
    }

    /// Queues a statement whose rows nobody needs. It goes out with the next `run` or with COMMIT, and its error
    /// surfaces there.
    public func send<S: Statement>(_ statement: S) where S.Scope == Scope {
        wire.enqueue(S.sql, statement.parameters)
    }
}

extension Transaction where Scope == AdministrativeScope {
    /// Runs a migration's text of several statements; gives the last one's rows as text.
    func script(_ text: String) throws(PostgresError) -> [[String?]] {
        try wire.script(text).texts
    }
}
