internal import Billing
internal import Daemon
internal import FoundationEssentials
internal import Jobs
internal import Postgres
internal import Stripe

/// What the command is called outside, the time by the clock that its deadlines are kept by, and how far it has come: a
/// host's own clock may be behind, and a deadline that is not over for it would be passed over for ever (R18).
struct FindCommandFacts: Statement {
    typealias Scope = TenantScope
    let command: Int64

    static let sql: StaticString = "SELECT public_id, now(), place FROM app.command WHERE id = $1"
    var parameters: [Parameter] { [.int(command)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> (id: UUID, now: Timestamp, place: String?) {
        (try row.uuid(0), try row.timestamp(1), try row.optionalJSON(2))
    }
}

/// How far a command has come; JSON text, or nil when nothing is left to go on with.
struct MarkPlace: Statement {
    typealias Scope = TenantScope
    let command: Int64
    let place: String?

    static let sql: StaticString = "UPDATE app.command SET place = $2 WHERE id = $1"
    var parameters: [Parameter] { [.int(command), .optional(json: place)] }
}

/// Every stored call of a command, oldest generation first. Stripe forgets keys after a day and replays a stored 500
/// for ever (F1): from 23 hours on, or after such a 500, one must look instead of sending again.
struct ListCalls: Statement {
    typealias Scope = TenantScope
    let command: Int64
    var step: Int?

    static let sql: StaticString = """
        SELECT command_id, step, gen, first_sent_at, idem_key, method, path, body, account, api_version, sent_to,
          fetch_seq, outcome,
               outcome IS NULL AND (coalesce(http_status, 0) >= 500 OR first_sent_at < now() - interval '23 hours')
          FROM app.stripe_call WHERE command_id = $1 AND ($2::smallint IS NULL OR step = $2) ORDER BY step, gen
        """
    var parameters: [Parameter] { [.int(command), .optional(step.map(Int64.init))] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> StoredCall {
        try StoredCall(
            command: row.int(0), step: Int(row.int32(1)), generation: Int(row.int32(2)), sentAt: row.timestamp(3),
            key: row.string(4),
            request: StripeRequest(
                method: row.string(5), target: row.string(6), body: row.string(7), account: row.optionalString(8),
                version: row.string(9)),
            sentTo: row.optionalString(10), fetchSeq: row.int(11), outcome: row.optionalString(12),
            mustLook: row.bool(13))
    }
}

/// Stores what is about to be sent; answers its key and its place in the order of fetches. The key holds the command's
/// public id: its number is another command's in a database that was made anew or restored, and Stripe remembers.
struct InsertCall: Statement {
    typealias Scope = TenantScope
    let command: Int64
    let step: Int
    let generation: Int
    let request: StripeRequest
    let sentTo: String?

    static let sql: StaticString = """
        INSERT INTO app.stripe_call (command_id, step, gen, method, path, body, account, api_version, request_sha256,
          sent_to, idem_key)
        SELECT c.id, $2::smallint, $3::smallint, $4::text, $5::text, $6::text, $7::text, $8::text,
               sha256(convert_to($6::text, 'UTF8')), $9::text,
               'cmd_' || replace(c.public_id::text, '-', '') || '_' || $2::smallint || '_' || $3::smallint
          FROM app.command c WHERE c.id = $1
        RETURNING command_id, step, gen, first_sent_at, idem_key, method, path, body, account, api_version, sent_to,
          fetch_seq, outcome, false
        """
    var parameters: [Parameter] {
        [
            .int(command), .int(Int64(step)), .int(Int64(generation)), .text(request.method), .text(request.target),
            .text(request.body), .optional(request.account), .text(request.version), .optional(sentTo),
        ]
    }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> StoredCall { try ListCalls.decode(row) }
}

/// A call was answered, in the transaction that records what the answer says. The answer itself is not kept: it may
/// hold a signing secret.
struct MarkCallAnswered: Statement {
    typealias Scope = TenantScope
    let parameters: [Parameter]

    init(_ call: StoredCall, outcome: String, status: Int?, requestID: String?, object: String?) {
        parameters = [
            .int(call.command), .int(Int64(call.step)), .int(Int64(call.generation)), .text(outcome),
            .optional(status.map(Int64.init)), .optional(requestID), .optional(object),
        ]
    }

    static let sql: StaticString = """
        UPDATE app.stripe_call SET answered_at = clock_timestamp(), outcome = $4, http_status = $5,
          stripe_request_id = $6, object_id = $7
         WHERE command_id = $1 AND step = $2 AND gen = $3
        """
}

/// A look at Stripe proved that it had no effect.
struct MarkCallVoid: Statement {
    typealias Scope = TenantScope
    let parameters: [Parameter]

    init(_ call: StoredCall) {
        parameters = [.int(call.command), .int(Int64(call.step)), .int(Int64(call.generation))]
    }

    static let sql: StaticString = """
        UPDATE app.stripe_call SET answered_at = clock_timestamp(), outcome = 'void' WHERE command_id = $1 AND step = $2
          AND gen = $3
        """
}

/// Stripe's stored answer to this key is a failure and will be replayed for ever: the next attempt must look first.
struct MarkCallUndecided: Statement {
    typealias Scope = TenantScope
    let parameters: [Parameter]

    init(_ call: StoredCall, status: Int, requestID: String?) {
        parameters = [
            .int(call.command), .int(Int64(call.step)), .int(Int64(call.generation)), .int(Int64(max(500, status))),
            .optional(requestID),
        ]
    }

    static let sql: StaticString = """
        UPDATE app.stripe_call SET http_status = $4, stripe_request_id = $5 WHERE command_id = $1 AND step = $2
          AND gen = $3
        """
}

/// The next place in the order of fetches, taken before the fetch.
struct TakeFetchSeq: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = "SELECT nextval('app.fetch_seq')"
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}
