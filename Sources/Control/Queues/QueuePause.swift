internal import Daemon
internal import FoundationEssentials
internal import Jobs
internal import Postgres

/// What an operator decides about a queue, or about one tenant in it.
struct QueuePause: Sendable {
    /// The queues by name.
    static let queues = QueueName.allCases.map(\.rawValue).joined(separator: ", ")

    private let database: OperatorDatabase
    private let queue: QueueName
    private let tenant: UUID?
    private let reason: String?

    /// Stops it for a reason; without one it goes on.
    init(_ arguments: inout Arguments, _ settings: Settings, reason: String?) throws {
        database = OperatorDatabase(settings)
        self.reason = reason
        tenant = try arguments.option("--tenant").map { try PublicID.tenant($0) }
        let name = try arguments.next("the queue's name")
        guard let queue = QueueName(rawValue: name) else {
            throw ExitError.usage("'\(name)' is no queue: there are \(Self.queues)")
        }
        self.queue = queue
    }

    /// Carries it out; saying it twice is fine.
    func carryOut() async throws {
        guard let tenant else {
            let set = SetQueuePause(queue.rawValue, reason: reason)
            let isThere = try await database.use { database in
                try await database.transaction(in: PlatformScope.self) { tx in try tx.one(set) }
            }
            guard isThere else { throw ExitError.noSuch("queue \(queue.rawValue) in this database") }
            return Console.say(
                reason == nil
                    ? "\(queue.rawValue) goes on"
                    : "\(queue.rawValue) is paused: what runs ends, nothing more is begun. "
                        + "tollgate queues resume \(queue.rawValue) lets it go on")
        }
        let name = PublicID.text(tenant: tenant)
        let set = SetLanePause(queue: queue.rawValue, tenant: tenant, reason: reason)
        let lanes = try await database.use { database in
            try await database.transaction(in: PlatformScope.self) { tx in try tx.one(set) }
        }
        if reason != nil {
            guard lanes > 0 else { throw ExitError.noSuch("tenant \(name)") }
            return Console.say(
                "\(queue.rawValue) of \(name) is paused: "
                    + "tollgate queues resume \(queue.rawValue) --tenant \(name) lets it go on")
        }
        Console.say(lanes > 0 ? "\(queue.rawValue) of \(name) goes on" : "\(queue.rawValue) of \(name) was not paused")
    }
}
