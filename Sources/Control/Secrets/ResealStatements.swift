internal import FoundationEssentials
internal import Postgres

/// Becomes the one role that may look at every tenant's ciphertexts, until the transaction ends. Refused to every role
/// that programs log in as.
struct BecomeEntry: Statement {
    typealias Scope = AdministrativeScope
    static let sql: StaticString = "SET LOCAL ROLE tollgate_entry"
}

/// Empties what nobody needs: secrets that are retired, and pasted keys that no connection ever took and no command
/// asks for. Gives how many it were.
struct WipeSecrets: Statement {
    typealias Scope = AdministrativeScope
    let purpose: String
    static let sql: StaticString = """
        WITH wiped AS (
          UPDATE app.sealed_secret s SET envelope = ''::bytea, retired_at = coalesce(s.retired_at, now())
           WHERE s.purpose = $1 AND s.envelope <> ''::bytea
             AND (s.retired_at <= now() OR (
               s.purpose = 'stripe-api' AND s.created_at < now() - interval '1 day'
               AND NOT EXISTS (SELECT 1 FROM app.connection c WHERE c.tenant_id = s.tenant_id
                                  AND s.id IN (c.secret_id, c.candidate_secret_id))
               AND NOT EXISTS (SELECT 1 FROM app.command c WHERE c.tenant_id = s.tenant_id
                                  AND c.kind LIKE 'connection.%' AND c.created_at >= s.created_at
                                  AND (c.outcome IS NULL OR c.outcome = 'dead')
                                  AND right(c.payload ->> 'secret', 32) = replace(s.id::text, '-', ''))))
          RETURNING 1)
        SELECT count(*) FROM wiped
        """
    var parameters: [Parameter] { [.text(purpose)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// Secrets in use that are sealed to another key than the one named.
struct ListSealedSecrets: Statement {
    typealias Scope = AdministrativeScope

    /// Where a row is.
    struct Place: Sendable {
        let tenant: Int64
        let id: UUID

        /// Before every row.
        static let start = Place(tenant: 0, id: UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
    }

    /// One row.
    struct Found: Sendable {
        let place: Place
        let version: Int32
        let envelope: [UInt8]
    }

    let purpose: String
    let keyID: UInt32
    let place: Place
    let count: Int

    init(purpose: String, notFor keyID: UInt32, after place: Place, count: Int) {
        self.purpose = purpose
        self.keyID = keyID
        self.place = place
        self.count = count
    }

    static let sql: StaticString = """
        SELECT s.tenant_id, s.id, s.version, s.envelope FROM app.sealed_secret s
         WHERE s.purpose = $1 AND s.key_id <> $2 AND s.envelope <> ''::bytea AND (s.tenant_id, s.id) > ($3, $4)
         ORDER BY s.tenant_id, s.id LIMIT $5
        """
    var parameters: [Parameter] {
        [.text(purpose), .int(Int64(keyID)), .int(place.tenant), .uuid(place.id), .int(Int64(count))]
    }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Found {
        Found(
            place: Place(tenant: try row.int(0), id: try row.uuid(1)), version: try row.int32(2),
            envelope: try row.bytes(3))
    }
}

/// Puts the same secret under another key, unless somebody wrote the row since.
struct MarkSecretResealed: Statement {
    typealias Scope = AdministrativeScope
    let row: ListSealedSecrets.Found
    let envelope: [UInt8]
    let keyID: UInt32

    init(_ row: ListSealedSecrets.Found, envelope: [UInt8], keyID: UInt32) {
        self.row = row
        self.envelope = envelope
        self.keyID = keyID
    }

    static let sql: StaticString = """
        UPDATE app.sealed_secret SET envelope = $4, key_id = $5 WHERE tenant_id = $1 AND id = $2 AND envelope = $3
        """
    var parameters: [Parameter] {
        [
            .int(row.place.tenant), .uuid(row.place.id), .bytes(row.envelope), .bytes(envelope), .int(Int64(keyID)),
        ]
    }
}
