import Daemon
import Foundation
import Postgres

/// The smallest statement with an answer.
struct FindOne: Statement {
    typealias Scope = AdministrativeScope
    static let sql: StaticString = "SELECT 1"
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// A table to write to.
struct CreateNote: Statement {
    typealias Scope = AdministrativeScope
    static let sql: StaticString = "CREATE TABLE note (id bigint PRIMARY KEY, text text NOT NULL)"
}

struct InsertNote: Statement {
    typealias Scope = AdministrativeScope
    let id: Int64
    var text = "a"
    static let sql: StaticString = "INSERT INTO note (id, text) VALUES ($1, $2)"
    var parameters: [Parameter] { [.int(id), .text(text)] }
}

struct InsertNotes: Statement {
    typealias Scope = AdministrativeScope
    let ids: [Int64]
    let texts: [String]
    static let sql: StaticString = "INSERT INTO note (id, text) SELECT * FROM unnest($1::bigint[], $2::text[])"
    var parameters: [Parameter] { [.ints(ids), .texts(texts)] }
}

struct ListNotes: Statement {
    typealias Scope = AdministrativeScope
    static let sql: StaticString = "SELECT id FROM note ORDER BY id"
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

struct DivideByZero: Statement {
    typealias Scope = AdministrativeScope
    static let sql: StaticString = "SELECT 1 / 0"
}

struct FindBackend: Statement {
    typealias Scope = AdministrativeScope
    static let sql: StaticString = "SELECT pg_backend_pid()"
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

struct Notify: Statement {
    typealias Scope = AdministrativeScope
    let channel: String
    let payload: String
    static let sql: StaticString = "SELECT pg_notify($1, $2)"
    var parameters: [Parameter] { [.text(channel), .text(payload)] }
}

/// Keeps its session until the advisory lock is free.
struct WaitForLock: Statement {
    typealias Scope = AdministrativeScope
    let key: Int64
    static let sql: StaticString = "SELECT pg_advisory_xact_lock($1)"
    var parameters: [Parameter] { [.int(key)] }
}

/// A scope that can only be entered.
enum GuardedScope {}

struct EnterGuarded: Statement {
    typealias Scope = GuardedScope
    let word: String
    static let sql: StaticString = "SELECT enter($1)"
    var parameters: [Parameter] { [.text(word)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> String { try row.string(0) }
}

struct FindEntered: Statement {
    typealias Scope = GuardedScope
    static let sql: StaticString = "SELECT current_setting('test.entered')"
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> String { try row.string(0) }
}

/// What a test throws itself.
struct Regret: Error, Equatable {}
