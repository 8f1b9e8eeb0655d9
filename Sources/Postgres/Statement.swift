/// One query: its SQL, what it binds, and what it gives back.
///
/// The text is a `StaticString`, which the compiler will not build from an interpolation: nothing from outside can
/// become SQL.
public protocol Statement: Sendable {
    /// Whose rows this statement may touch; a transaction runs only statements of its own scope.
    associatedtype Scope
    /// What one result row becomes; `Void` for statements without results.
    associatedtype Row: Sendable = Void
    /// The query, with `$1`, `$2`, … for its parameters.
    static var sql: StaticString { get }
    /// The values of `$1`, `$2`, … in order.
    var parameters: [Parameter] { get }
    /// Reads one row.
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Row
}

extension Statement {
    /// Most statements of machinery bind nothing.
    public var parameters: [Parameter] { [] }
}

extension Statement where Row == Void {
    /// There is nothing to read.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) {}
}
