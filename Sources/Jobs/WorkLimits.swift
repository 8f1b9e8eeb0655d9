/// How much a work loop takes on, and its rhythm.
public struct WorkLimits: Sendable {
    /// Jobs in hand at most, from claim to committed end.
    public var slots: Int
    /// Jobs taken or ended in one transaction at most.
    public var batchMax = 256
    /// Sessions that claim at once.
    public var claimers = 2
    /// Sessions that end jobs at once.
    public var finishers = 2
    /// How long an ending waits for company before it is committed.
    public var linger = Duration.milliseconds(5)
    /// How often an idle loop looks without having been told.
    public var pollInterval = Duration.seconds(1)
    /// How often the process says that it lives; three missed and its jobs go to others.
    public var beatInterval = Duration.seconds(5)
    /// How long jobs may go on after the shutdown signal before they are given back.
    public var drainLimit = Duration.seconds(25)

    /// The usual rhythm with so many slots.
    public init(slots: Int) {
        self.slots = slots
    }

    /// Database sessions the loop uses at once: claims, endings, heartbeat, upkeep, kicks.
    public var sessions: Int { claimers + finishers + 3 }
}
