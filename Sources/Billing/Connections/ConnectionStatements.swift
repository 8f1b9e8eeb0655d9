public import FoundationEssentials
public import Jobs
public import Postgres

/// The entered tenant's connection.
public struct FindConnection: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, mode, status, account_id, account_name, country, email, default_currency, key_kind, key_last4,
          key_ok, checked_at,
               candidate_secret_id IS NOT NULL, webhook_status, webhook_endpoint_id, webhook_endpoints_used,
                 last_event_at,
               charges_enabled, payouts_enabled, details_submitted, requirements, problem, created_at, updated_at
          FROM app.connection
        """

    /// States the question.
    public init() {}

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Connection {
        try Connection(row)
    }
}

/// The same, for a transaction that changes it: others wait.
public struct FindConnectionForUpdate: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, mode, status, account_id, account_name, country, email, default_currency, key_kind, key_last4,
          key_ok, checked_at,
               candidate_secret_id IS NOT NULL, webhook_status, webhook_endpoint_id, webhook_endpoints_used,
                 last_event_at,
               charges_enabled, payouts_enabled, details_submitted, requirements, problem, created_at, updated_at
          FROM app.connection FOR UPDATE
        """

    /// States the question.
    public init() {}

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Connection {
        try Connection(row)
    }
}

/// The tenant's first connection by a pasted key.
public struct InsertKeyConnection: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.connection (id, mode, status, candidate_secret_id, key_kind, key_last4, webhook_token)
        VALUES ($1, 'secret_key', 'validating', $2, $3, $4, $5)
        ON CONFLICT ON CONSTRAINT connection_one_per_tenant DO NOTHING
        RETURNING id
        """
    /// What it is run with.
    public let parameters: [Parameter]
    /// The connection; no row when another save of the same moment was first.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UUID { try row.uuid(0) }

    /// `token` is the unguessable part of the URL Stripe calls.
    public init(_ id: Connection.ID, candidate: SealedSecret.ID, shape: SecretKeyShape, token: UUID) {
        parameters = [
            .uuid(id.rawValue), .uuid(candidate.rawValue), .text(shape.kind.rawValue), .text(shape.last4), .uuid(token),
        ]
    }
}

/// A key was pasted over an existing connection: it is proven beside the active one, which goes on working meanwhile.
public struct MarkCandidateKey: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection
           SET candidate_secret_id = $2, updated_at = now(),
               mode = 'secret_key',
               status = CASE WHEN status IN ('connected', 'degraded') THEN status ELSE 'validating' END,
               key_kind = CASE WHEN secret_id IS NULL THEN $3 ELSE key_kind END,
               key_last4 = CASE WHEN secret_id IS NULL THEN $4 ELSE key_last4 END
         WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the connection and the pasted key.
    public init(_ id: Connection.ID, candidate: SealedSecret.ID, shape: SecretKeyShape) {
        parameters = [
            .uuid(id.rawValue), .uuid(candidate.rawValue), .text(shape.kind.rawValue), .text(shape.last4),
        ]
    }
}

/// The tenant's first connection as a connected account.
public struct InsertAccountConnection: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.connection (id, mode, status, country, email, webhook_token)
        VALUES ($1, 'connect', 'onboarding', $2, $3, $4)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Country and owner are what the account will be made with.
    public init(_ id: Connection.ID, country: CountryCode, email: EmailAddress, token: UUID) {
        parameters = [.uuid(id.rawValue), .text(country.code), .text(email.text), .uuid(token)]
    }
}

/// Onboarding was begun again: with what the account will be made with, as long as there is none.
public struct MarkOnboarding: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection
           SET mode = 'connect', updated_at = now(), country = $2, email = $3,
               status = CASE WHEN status IN ('connected', 'degraded', 'restricted') THEN status ELSE 'onboarding' END
         WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the connection and what its account is made with.
    public init(_ id: Connection.ID, country: CountryCode, email: EmailAddress) {
        parameters = [.uuid(id.rawValue), .text(country.code), .text(email.text)]
    }
}

/// The tenant ended the link. The key is no longer used; the worker takes the webhook away.
public struct MarkDisconnected: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection SET status = 'disconnected', key_ok = false, candidate_secret_id = NULL,
          updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the connection.
    public init(_ id: Connection.ID) { parameters = [.uuid(id.rawValue)] }
}

/// The ciphertext of a pasted Stripe key: the gateway can write it and never read it again.
public struct InsertSealedSecret: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.sealed_secret (id, purpose, version, key_id, key_kind, last4, envelope) VALUES ($1, $2, $3, $4,
          $5, $6, $7)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `keyID` is of the public key it is sealed to; `version` is part of what the seal is bound to.
    public init(
        _ id: SealedSecret.ID, purpose: String, version: Int32, keyID: UInt32, shape: SecretKeyShape, envelope: [UInt8]
    ) {
        parameters = [
            .uuid(id.rawValue), .text(purpose), .int(Int64(version)), .int(Int64(keyID)), .text(shape.kind.rawValue),
            .text(shape.last4), .bytes(envelope),
        ]
    }
}

/// One ciphertext of the entered tenant's webhook signing secrets.
public struct SealedWebhookSecret: Sendable {
    /// Which one; part of what the seal is bound to.
    public var id: UUID
    /// Part of what the seal is bound to.
    public var version: Int32
    /// The ciphertext.
    public var envelope: [UInt8]
}

/// The entered tenant's webhook signing secrets: the one kind of ciphertext the gateway may fetch.
public struct ListWebhookSecrets: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "SELECT id, version, envelope FROM app.webhook_secrets()"

    /// States the question.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> SealedWebhookSecret {
        try SealedWebhookSecret(id: row.uuid(0), version: row.int32(1), envelope: row.bytes(2))
    }
}

extension Connection {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), mode: try row.word(1), status: try row.word(2), accountID: try row.optionalString(3),
            accountName: try row.optionalString(4), country: try row.optionalString(5),
            email: try row.optionalString(6),
            defaultCurrency: try row.optionalString(7), keyKind: try row.optionalString(8),
            keyLast4: try row.optionalString(9), isKeyOK: try row.bool(10), checkedAt: try row.optionalTimestamp(11),
            hasCandidate: try row.bool(12), webhookStatus: try row.word(13),
            webhookEndpointID: try row.optionalString(14),
            webhookEndpointsUsed: try row.optionalInt32(15).map(Int.init), lastEventAt: try row.optionalTimestamp(16),
            chargesEnabled: try row.bool(17), payoutsEnabled: try row.bool(18), detailsSubmitted: try row.bool(19),
            requirements: try row.json(20), problem: try row.optionalJSON(21), createdAt: try row.timestamp(22),
            updatedAt: try row.timestamp(23))
    }
}
