import Jobs

/// A wish for nothing.
struct NothingJob: Job {
    static let kind = "bench.nothing"
    static let queue = QueueName.access
    /// Orders it.
    var client: String
    /// Says when it was wished, on the process's own clock.
    var number: Int
    var orderingKey: String? { "client:\(client)" }
}
