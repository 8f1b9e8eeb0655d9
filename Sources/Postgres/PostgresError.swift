/// What went wrong between us and PostgreSQL.
///
/// No case ever carries the value of a parameter: server messages are reduced to their primary line, and quoted values
/// of data exceptions are cut out, so an error may go to a log as it is.
public enum PostgresError: Error, Equatable {
    /// The server could not be reached, or the session was lost before COMMIT was sent: nothing was kept.
    case unreachable(String)
    /// All sessions stayed busy for the pool's whole wait limit.
    case poolExhausted
    /// The server refused a statement; the transaction was rolled back.
    case refused(SQLState, message: String, constraint: String?)
    /// A column (by index) did not hold what the statement's `decode` says it holds.
    case unexpectedColumn(Int, String)
    /// `one` found no row; carries the statement's type name.
    case noRow(String)
    /// The session was lost while COMMIT was on its way: the transaction may or may not have been kept.
    case commitUnknown
}

extension PostgresError {
    /// The server's state, when the server refused.
    public var state: SQLState? {
        if case .refused(let state, _, _) = self { state } else { nil }
    }

    /// The violated constraint's name, when there is one.
    public var constraint: String? {
        if case .refused(_, _, let constraint) = self { constraint } else { nil }
    }

    /// Whether running the same transaction again can succeed without anyone's doing: the server was away, busy, or
    /// chose this transaction as a victim. Never true of `commitUnknown`.
    public var isTransient: Bool {
        switch self {
        case .unreachable, .poolExhausted: true
        case .refused(let state, _, _):
            state == .serializationFailure || state == .deadlockDetected || state == .readOnlyTransaction
                || state == .lockNotAvailable || ["08", "53", "57"].contains(state.group)
        case .unexpectedColumn, .noRow, .commitUnknown: false
        }
    }
}

extension PostgresError: CustomStringConvertible {
    /// One line for the log.
    public var description: String {
        switch self {
        case .unreachable(let why): "PostgreSQL is unreachable: \(why)"
        case .poolExhausted: "all database sessions are busy"
        case .refused(let state, let message, nil): "PostgreSQL refused (\(state)): \(message)"
        case .refused(let state, let message, let constraint?):
            "PostgreSQL refused (\(state), \(constraint)): \(message)"
        case .unexpectedColumn(let column, let found): "column \(column) is \(found)"
        case .noRow(let statement): "\(statement) found no row"
        case .commitUnknown: "the session was lost during COMMIT: its outcome is unknown"
        }
    }
}
