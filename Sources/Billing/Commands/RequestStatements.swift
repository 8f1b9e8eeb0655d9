public import Jobs
public import Postgres

/// An answer that was given under an Idempotency-Key.
public struct StoredAnswer: Equatable, Sendable {
    /// Of the request: SHA-256 of method, path and body.
    public var fingerprint: [UInt8]
    /// HTTP status.
    public var status: Int
    /// JSON text of an object with texts.
    public var headers: String
    /// The bytes.
    public var body: [UInt8]

    /// States the facts.
    public init(fingerprint: [UInt8], status: Int, headers: String, body: [UInt8]) {
        self.fingerprint = fingerprint
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Lets the changes of one address come one after the other, until this transaction ends.
public struct LockAddress: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT pg_advisory_xact_lock(hashtextextended('address ' || $1::text, app.current_tenant()))
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it: the pattern and its parameters.
    public init(_ address: String) { parameters = [.text(address)] }
}

/// The answer given under a key, if there is one; others with the same key wait until this transaction ends.
public struct BeginIdempotent: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT fingerprint, status, headers, body FROM app.begin_idempotent($1)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the key.
    public init(_ key: String) {
        parameters = [.text(key)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> StoredAnswer {
        try StoredAnswer(
            fingerprint: row.bytes(0), status: Int(row.int32(1)), headers: row.json(2), body: row.bytes(3))
    }
}

/// The answer to give to whoever asks again with this key.
public struct InsertIdempotent: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.idempotency (key, fingerprint, status, headers, body) VALUES ($1, $2, $3, $4, $5)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the answer.
    public init(_ key: String, _ answer: StoredAnswer) {
        parameters = [
            .text(key), .bytes(answer.fingerprint), .int(Int64(answer.status)), .json(answer.headers),
            .bytes(answer.body),
        ]
    }
}
