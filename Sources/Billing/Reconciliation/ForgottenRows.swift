/// How many rows of each kind were deleted because their time was over.
public struct ForgottenRows: Equatable, Sendable {
    /// Answers under idempotency keys.
    public var answers: Int64
    /// Ended commands.
    public var commands: Int64
    /// Attempts of commands.
    public var attempts: Int64
    /// What was delivered to portals, or given up.
    public var deliveries: Int64
    /// The tries of those.
    public var tries: Int64
    /// Quotes nobody bought by.
    public var quotes: Int64
    /// What walks through Stripe's lists noted of their way.
    public var notes: Int64

    /// All of them, by name: what the command's result shows.
    public var counts: [(name: String, count: Int64)] {
        [
            ("answers", answers), ("commands", commands), ("attempts", attempts), ("deliveries", deliveries),
            ("tries", tries), ("quotes", quotes), ("notes", notes),
        ]
    }

    /// Whether one kind reached the limit, so that there may be more.
    public func mayHaveMore(than limit: Int) -> Bool { counts.contains { $0.count >= Int64(limit) } }
}
