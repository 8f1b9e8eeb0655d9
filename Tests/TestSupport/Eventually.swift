/// What a test waited for in vain.
public struct NeverHappened: Error, CustomStringConvertible {
    /// What was to happen.
    public let description: String

    /// States it.
    public init(_ description: String) { self.description = description }
}

/// Waits for a condition that another process or task brings about, and asks every few milliseconds. The limit only
/// bounds how long a failing test takes.
public func eventually(
    _ what: String, within limit: Duration = .seconds(10), _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw NeverHappened("never happened: \(what)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}
