import Daemon

/// A session for what cannot run in a transaction, such as CREATE DATABASE, and for scripts of several statements.
///
/// It takes any text, so it belongs into the hands of migrations, the operator's tool and tests, and nowhere else.
public actor AdministrativeSession {
    private let thread: BlockingExecutor
    private let conninfo: String
    private var wire: Wire?

    /// Where this actor's C may block.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    /// A session that connects with its first script.
    public init(_ conninfo: String) {
        thread = BlockingExecutor(label: "postgres.administrative")
        self.conninfo = conninfo
    }

    /// Runs a script outside any transaction and gives the last statement's rows as text.
    @discardableResult public func run(_ script: String) throws(PostgresError) -> [[String?]] {
        let wire = try connected()
        defer { if wire.isLost { self.wire = nil } }
        return try wire.script(script).texts
    }

    /// Lets the server read one statement and find its tables, columns and types, without running it.
    public func check(_ statement: String) throws(PostgresError) {
        let wire = try connected()
        defer { if wire.isLost { self.wire = nil } }
        try wire.check(statement)
    }

    /// Closes the connection; a later script opens a new one.
    public func close() { wire = nil }

    private func connected() throws(PostgresError) -> Wire {
        if let wire, wire.isAlive { return wire }
        let fresh = try Wire.connect(conninfo, name: "tollgate-administration")
        wire = fresh
        return fresh
    }
}
