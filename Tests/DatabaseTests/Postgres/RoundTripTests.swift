import Daemon
import Foundation
import Postgres
import TestSupport
import Testing

/// Every kind of parameter goes in and comes out of every accessor unharmed.
@Suite(.emptyDatabase)
struct RoundTripTests {
    @Test(arguments: [Int64.min, -1, 0, 1, 4711, .max]) func `integers`(value: Int64) async throws {
        let row = try await echo(Echo(int: value))
        #expect(row.int == value)
    }

    @Test(arguments: [
        "", "a", "ünïcødé 🙂", "'; DROP TABLE x; --", "{\"a\": [1, null]}", "\\ \" , { }", "NULL", "line\nend",
    ])
    func `texts, alone and in arrays`(text: String) async throws {
        let row = try await echo(Echo(text: text, texts: [text, "", text]))
        #expect(row.text == text)
        #expect(row.texts == [text, "", text])
    }

    @Test(arguments: [[], [0], Array(0...255)] as [[UInt8]]) func `bytes`(bytes: [UInt8]) async throws {
        #expect(try await echo(Echo(bytes: bytes)).bytes == bytes)
    }

    @Test(arguments: [-62_135_596_800_000_000, -1, 0, 946_684_800_000_000, 1_767_225_600_123_456] as [Int64])
    func `timestamps, to the microsecond`(microseconds: Int64) async throws {
        let moment = Timestamp(microseconds: microseconds)
        #expect(try await echo(Echo(timestamp: moment)).timestamp == moment)
    }

    @Test func `infinite timestamps become the farthest there are`() async throws {
        let (past, future) = try await TestDatabase.current.open(.superuser)
            .transaction(in: AdministrativeScope.self) { tx in try tx.one(FindInfinities()) }
        #expect(past == Timestamp(microseconds: .min))
        #expect(future == Timestamp(microseconds: .max))
    }

    @Test func `truth, identifiers, JSON and the other arrays`() async throws {
        let ids = [UUID(), UUID.v7(at: WallClock.system.now())]
        let sent = Echo(
            bool: true, uuid: ids[0], json: #"{"a": [1, "x\"y"]}"#, ints: [.min, 0, .max], uuids: ids,
            jsons: [#"{"b": "\\ \""}"#, "null", "[]"])
        let row = try await echo(sent)
        #expect(row == sent)
    }

    @Test func `empty arrays`() async throws {
        let row = try await echo(Echo(ints: [], texts: [], uuids: [], jsons: []))
        #expect(row == Echo(ints: [], texts: [], uuids: [], jsons: []))
    }

    @Test func `NULL everywhere`() async throws { #expect(try await echo(Echo()) == Echo()) }

    @Test func `a NULL, a wrong type or a missing column is an error with its number`() async throws {
        let database = TestDatabase.current.open(.superuser)
        for column in 0...3 {
            let error = await #expect(throws: PostgresError.self) {
                try await database.transaction(in: AdministrativeScope.self) { tx in
                    _ = try tx.run(Misread(column: column)).map { try $0.get() }
                }
            }
            guard case .unexpectedColumn(column, _) = error else {
                Issue.record("column \(column): \(String(describing: error))")
                continue
            }
        }
    }

    private func echo(_ statement: Echo) async throws -> Echo {
        try await TestDatabase.current.open(.superuser, sessions: 1)
            .transaction(in: AdministrativeScope.self) { tx in
                // The second run uses the prepared statement of the first.
                _ = try tx.one(statement)
                return try tx.one(statement)
            }
    }
}

private struct Echo: Statement, Equatable {
    typealias Scope = AdministrativeScope
    var int: Int64?
    var bool: Bool?
    var text: String?
    var bytes: [UInt8]?
    var uuid: UUID?
    var timestamp: Timestamp?
    var json: String?
    var ints: [Int64]?
    var texts: [String]?
    var uuids: [UUID]?
    var jsons: [String]?

    static let sql: StaticString = """
        SELECT $1::bigint, $2::boolean, $3::text, $4::bytea, $5::uuid, $6::timestamptz, $7::jsonb, $8::bigint[], \
        $9::text[],
               $10::uuid[], ($11::jsonb[])::text[]
        """
    var parameters: [Parameter] {
        [
            .optional(int), .optional(bool), .optional(text), .optional(bytes), .optional(uuid), .optional(timestamp),
            .optional(json: json), ints.map(Parameter.ints) ?? .null, texts.map(Parameter.texts) ?? .null,
            uuids.map(Parameter.uuids) ?? .null, jsons.map(Parameter.jsons) ?? .null,
        ]
    }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Echo {
        Echo(
            int: try row.optionalInt(0), bool: try row.optionalBool(1), text: try row.optionalString(2),
            bytes: try row.optionalBytes(3), uuid: try row.optionalUUID(4), timestamp: try row.optionalTimestamp(5),
            json: try row.optionalJSON(6), ints: try row.optionalInts(7), texts: try row.optionalStrings(8),
            uuids: try row.optionalUUIDs(9), jsons: try row.optionalStrings(10))
    }
}

private struct FindInfinities: Statement {
    typealias Scope = AdministrativeScope
    static let sql: StaticString = "SELECT '-infinity'::timestamptz, 'infinity'::timestamptz"
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> (Timestamp, Timestamp) {
        (try row.timestamp(0), try row.timestamp(1))
    }
}

/// NULL for an integer, a numeric for an integer, an integer for a text, and a column that is not there.
private struct Misread: Statement {
    typealias Scope = AdministrativeScope
    let column: Int
    static let sql: StaticString = "SELECT NULL::bigint, 1.5::numeric, 7::bigint, $1::bigint"
    var parameters: [Parameter] { [.int(Int64(column))] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Result<Void, PostgresError> {
        let column = try row.int(3)
        do throws(PostgresError) {
            switch column {
            case 0: _ = try row.int(0)
            case 1: _ = try row.int(1)
            case 2: _ = try row.string(2)
            default: _ = try row.uuid(3)
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }
}
