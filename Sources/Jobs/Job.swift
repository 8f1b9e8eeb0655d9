/// A wish that a worker carries out later: a payload, kept as JSON in its command's row.
///
/// It holds identifiers, never copies of rows and never a secret: the worker reads the rows when the job runs.
public protocol Job: Codable, Sendable {
    /// The stored name. A payload written today must be readable for ever.
    static var kind: String { get }
    /// Which workers carry it out.
    static var queue: QueueName { get }
    /// How it is ordered among the same tenant's jobs.
    static var urgency: Urgency { get }
    /// What becomes of the key's other jobs when it is given up on.
    static var onDead: OnDead { get }
    /// Failures after which it is given up on.
    static var failuresMax: Int { get }
    /// Jobs of a tenant with the same key run one after the other, in the order of their commits, whatever their queue.
    var orderingKey: String? { get }
}

extension Job {
    /// Somebody asked for it.
    public static var urgency: Urgency { .normal }
    /// Its successors usually need what it makes.
    public static var onDead: OnDead { .hold }
    /// About four hours of retries.
    public static var failuresMax: Int { 12 }
    /// No order among its like.
    public var orderingKey: String? { nil }
}
