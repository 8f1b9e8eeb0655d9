import Daemon
import Synchronization

/// A fixed pool of sessions to one database, and the only door to transactions.
///
/// A session connects when it is first needed and again after a loss; while the server is away transactions throw
/// `.unreachable` at once instead of queueing up.
public final class Database: Sendable {
    private let conninfo: String
    private let name: String
    private let pool: SessionPool
    private let listeners = Mutex<[StopSignal]?>([])

    /// A pool that has not connected yet.
    ///
    /// - Parameters:
    ///   - conninfo: libpq's connection string or URI; it may name several hosts.
    ///   - sessions: how many transactions may run at once.
    ///   - name: what `pg_stat_activity.application_name` shows.
    ///   - waitLimit: how long a transaction waits for a session before it throws `.poolExhausted`.
    public init(_ conninfo: String, sessions: Int, name: String, waitLimit: Duration = .milliseconds(250)) {
        self.conninfo = conninfo
        self.name = name
        pool = SessionPool(
            (0..<max(1, sessions)).map { _ in Session(conninfo, name: name) }, name: name, waitLimit: waitLimit)
    }

    /// Whether libpq can read a connection string; for settings, which name what is wrong before anything starts.
    public static func accepts(_ conninfo: String) -> Bool { ConnectionString.isReadable(conninfo) }

    /// Runs `body` in one transaction of an open scope. `body` is synchronous: no transaction can contain an `await`.
    public func transaction<Scope: OpenScope, Output: Sendable>(
        in scope: Scope.Type, _ body: @Sendable (borrowing Transaction<Scope>) throws -> Output
    ) async throws -> Output {
        try await pool.acquire().transaction(nil, of: pool, body)
    }

    /// Runs `body` in one transaction of the scope that `entry` opens. BEGIN, the entry and the body's first statement
    /// go out in one round trip; the entry's refusal is thrown by that first statement.
    public func transaction<EntryStatement: Statement, Output: Sendable>(
        entering entry: EntryStatement, _ body: @Sendable (borrowing Transaction<EntryStatement.Scope>) throws -> Output
    ) async throws -> Output {
        let opening = Entry(sql: EntryStatement.sql, parameters: entry.parameters)
        return try await pool.acquire().transaction(opening, of: pool, body)
    }

    /// The same for a body that needs the entry's row, which costs one more round trip.
    public func transaction<EntryStatement: Statement, Output: Sendable>(
        entering entry: EntryStatement,
        _ body: @Sendable (EntryStatement.Row, borrowing Transaction<EntryStatement.Scope>) throws -> Output
    ) async throws -> Output {
        try await pool.acquire().transaction(nil, of: pool) { (tx: borrowing Transaction<EntryStatement.Scope>) in
            try body(tx.one(entry), tx)
        }
    }

    /// Notifications of a channel, on a session of their own. Ends with the iterating task or with `close`.
    ///
    /// Yields an empty payload whenever listening (re)starts, and when a slow reader made it drop payloads: something
    /// may have been missed, so look.
    public func listen(_ channel: String) -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(4096))
        let stop = StopSignal()
        let isOpen = listeners.withLock { listeners in
            listeners?.removeAll { $0.isStopped }
            listeners?.append(stop)
            return listeners != nil
        }
        guard isOpen else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { _ in stop.stop() }
        let listener = Listener(conninfo, name: name, channel: channel)
        Task { await listener.run(until: stop, into: continuation) }
        return stream
    }

    /// Throws when the database cannot answer right now.
    public func ping() async throws {
        try await transaction(in: AdministrativeScope.self) { tx in _ = try tx.run(Ping()) }
    }

    /// Ends the listeners, sends waiting transactions away, lets running ones finish, and closes every session.
    public func close() async {
        let stops = listeners.withLock { listeners in
            defer { listeners = nil }
            return listeners ?? []
        }
        for stop in stops { stop.stop() }
        pool.close()
        for session in pool.sessions { await session.close() }
    }
}

/// The smallest question.
private struct Ping: Statement {
    typealias Scope = AdministrativeScope
    static let sql: StaticString = "SELECT 1"
}
