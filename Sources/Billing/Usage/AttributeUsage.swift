public import Daemon
public import Jobs

/// Says of what came in what it counts for, and makes batches of it. One at a time for a tenant; each takes whatever
/// is there.
public struct AttributeUsage: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "usage.attribute"
    /// Which workers carry it out.
    public static let queue = QueueName.metering
    /// What came by itself goes before what is sent.
    public static let urgency = Urgency.access
    /// The next one takes what this one left.
    public static let onDead = OnDead.skip

    /// None: it is scheduled ahead. A lock lets one run at a time.
    public var orderingKey: String? { nil }

    /// States the wish.
    public init() {}

    /// One a second is enough: it runs when the second is over. A request that commits after that is taken by the next
    /// one, or by the sweep a minute later.
    public static func schedule(at now: Timestamp) -> (dedupeKey: String, runAt: Timestamp) {
        ("usage:\(now.seconds)", Timestamp(seconds: now.seconds + 1))
    }

    /// Once more after a minute, for whoever committed late.
    public static func sweep(after now: Timestamp) -> (dedupeKey: String, runAt: Timestamp) {
        let minute = now.seconds / 60 + 1
        return ("usage:sweep:\(minute)", Timestamp(seconds: minute * 60 + 30))
    }
}

/// The same for what was told afterwards on purpose; it never goes before anything.
public struct AttributeBackfill: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "usage.backfill"
    /// Which workers carry it out.
    public static let queue = QueueName.metering
    /// How it is ordered among the same tenant's jobs.
    public static let urgency = Urgency.background
    /// The next one takes what this one left.
    public static let onDead = OnDead.skip

    /// None: it is scheduled ahead. A lock lets one run at a time.
    public var orderingKey: String? { nil }

    /// States the wish.
    public init() {}

    /// As for what comes by itself.
    public static func schedule(at now: Timestamp) -> (dedupeKey: String, runAt: Timestamp) {
        ("backfill:\(now.seconds)", Timestamp(seconds: now.seconds + 1))
    }

    /// Once more after a minute, for whoever committed late.
    public static func sweep(after now: Timestamp) -> (dedupeKey: String, runAt: Timestamp) {
        let minute = now.seconds / 60 + 1
        return ("backfill:sweep:\(minute)", Timestamp(seconds: minute * 60 + 30))
    }
}
