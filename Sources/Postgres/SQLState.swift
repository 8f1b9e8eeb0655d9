/// A five-character SQLSTATE, named where we act on it.
public struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The five characters, as in the table of PostgreSQL's appendix A.
    public let rawValue: String

    /// A state from its five characters.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The five characters.
    public var description: String { rawValue }

    /// The first two characters: the class of the condition.
    public var group: Substring { rawValue.prefix(2) }

    /// A unique constraint was violated; the error carries its name.
    public static let uniqueViolation = SQLState(rawValue: "23505")
    /// A foreign key was violated; the error carries its name.
    public static let foreignKeyViolation = SQLState(rawValue: "23503")
    /// A check constraint was violated; the error carries its name.
    public static let checkViolation = SQLState(rawValue: "23514")
    /// A column that must not be NULL would be.
    public static let notNullViolation = SQLState(rawValue: "23502")
    /// An exclusion constraint was violated; the error carries its name.
    public static let exclusionViolation = SQLState(rawValue: "23P01")
    /// Two transactions could not be ordered; running the transaction again is right.
    public static let serializationFailure = SQLState(rawValue: "40001")
    /// Two transactions waited for each other; running the transaction again is right.
    public static let deadlockDetected = SQLState(rawValue: "40P01")
    /// The entry functions raise this for a credential that opens nothing.
    public static let invalidAuthorization = SQLState(rawValue: "28000")
    /// A right is missing; the entry functions raise it for a missing API scope.
    public static let insufficientPrivilege = SQLState(rawValue: "42501")
    /// A function raised an exception without a state of its own.
    public static let raisedException = SQLState(rawValue: "P0001")
    /// A lock was not to be had within `lock_timeout`.
    public static let lockNotAvailable = SQLState(rawValue: "55P03")
    /// The statement ran into `statement_timeout` or was cancelled.
    public static let queryCanceled = SQLState(rawValue: "57014")
    /// The server is a read-only standby: the session must go elsewhere.
    public static let readOnlyTransaction = SQLState(rawValue: "25006")
    /// The table does not exist: the database has no schema yet.
    public static let undefinedTable = SQLState(rawValue: "42P01")
    /// The schema does not exist.
    public static let invalidSchemaName = SQLState(rawValue: "3F000")
    /// The text holds a byte PostgreSQL cannot store, such as NUL.
    public static let characterNotInRepertoire = SQLState(rawValue: "22021")
    /// The protocol was not kept; also what we say when libpq refuses to send a statement.
    public static let protocolViolation = SQLState(rawValue: "08P01")
    /// The plan of a prepared statement no longer fits the schema.
    static let featureNotSupported = SQLState(rawValue: "0A000")
    /// A prepared statement is unknown to the session.
    static let invalidStatementName = SQLState(rawValue: "26000")
    /// Something the server calls internal, such as two sessions changing one role at once.
    static let internalError = SQLState(rawValue: "XX000")
    /// The object is there already.
    static let duplicateObject = SQLState(rawValue: "42710")
}
