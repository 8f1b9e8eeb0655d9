/// How long to wait before trying again: twice as long each time up to a ceiling, and a random part of that ("full
/// jitter"), so that many who failed together do not return together.
public struct Backoff: Sendable {
    /// The longest the first wait can be.
    public let first: Duration
    /// The longest any wait can be.
    public let ceiling: Duration
    /// Failures in a row so far.
    public private(set) var attempts = 0

    /// A backoff nobody has used yet.
    public init(first: Duration, ceiling: Duration) {
        self.first = first
        self.ceiling = ceiling
    }

    /// The wait after one more failure.
    public mutating func next() -> Duration {
        var generator = SystemRandomNumberGenerator()
        return next(using: &generator)
    }

    /// The wait after one more failure, with the randomness of a test.
    public mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        attempts += 1
        return .microseconds(Int64.random(in: 0...longest(attempt: attempts).microseconds, using: &generator))
    }

    /// The bound of the wait after so many failures, without the jitter.
    public func longest(attempt: Int) -> Duration {
        // 2^40 times a microsecond is beyond every ceiling in use; more doublings would overflow.
        let doublings = min(max(attempt - 1, 0), 40)
        let (product, overflow) = max(first.microseconds, 0).multipliedReportingOverflow(by: 1 << Int64(doublings))
        return overflow ? ceiling : min(.microseconds(product), ceiling)
    }

    /// Forgets the failures after a success.
    public mutating func reset() {
        attempts = 0
    }
}
