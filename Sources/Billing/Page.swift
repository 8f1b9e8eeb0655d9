internal import Daemon
public import FoundationEssentials
internal import Postgres

/// One page of a list, newest first, found by where it begins and never by counting (keyset).
public struct Page: Equatable, Sendable {
    /// Rows older than this one (`starting_after`).
    public var after: UUID?
    /// Rows newer than this one (`ending_before`).
    public var before: UUID?
    /// At most so many rows.
    public var limit: Int

    /// States the wish.
    public init(after: UUID? = nil, before: UUID? = nil, limit: Int = 10) {
        self.after = after
        self.before = before
        self.limit = limit
    }

    /// What every list statement takes first: `$1` older than, `$2` newer than, `$3` whether it goes backwards, `$4`
    /// how many. One row more than asked for tells whether there are others.
    var parameters: [Parameter] {
        [
            .uuid(after ?? Self.last), .uuid(before ?? Self.first), .bool(before != nil), .int(Int64(limit) + 1),
        ]
    }

    /// Whether a row may stand on it.
    public func holds(_ row: UUID) -> Bool {
        if let before { return before.bytes.lexicographicallyPrecedes(row.bytes) }
        return row.bytes.lexicographicallyPrecedes((after ?? Self.last).bytes)
    }

    /// Takes the extra row away again: the oldest going forwards, the newest going backwards.
    public func cut<Row>(_ rows: [Row]) -> (rows: [Row], hasMore: Bool) {
        guard rows.count > limit else { return (rows, false) }
        return (before == nil ? Array(rows.prefix(limit)) : Array(rows.suffix(limit)), true)
    }

    private static let first = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    private static let last = UUID(
        uuid: (255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))
}
