public import Jobs

/// Finds events that no webhook brought, by Stripe's list of events. Enqueues itself again while the connection stands.
public struct SweepEvents: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "events.sweep"
    /// Which workers carry it out.
    public static let queue = QueueName.access
    /// How it is ordered among the same tenant's jobs.
    public static let urgency = Urgency.background
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip

    /// How far a look has come that is longer than a turn.
    public struct Place: Codable, Equatable, Sendable {
        /// From when events are looked at, unix seconds.
        public var since: Int64
        /// Until when; nil: to the newest.
        public var until: Int64?
        /// When it began, unix seconds: what came later is the next look's.
        public var begun: Int64
        /// Which list of types.
        public var list: Int
        /// Behind which event.
        public var after: String?
        /// How many were missed so far.
        public var found: Int

        /// States it.
        public init(
            since: Int64, until: Int64?, begun: Int64, list: Int = 0, after: String? = nil, found: Int = 0
        ) {
            self.since = since
            self.until = until
            self.begun = begun
            self.list = list
            self.after = after
            self.found = found
        }
    }

    /// The tenant's connection.
    public var connection: Connection.ID
    /// Where it goes on; nil: behind what was looked through before.
    public var place: Place?
    /// None: it is scheduled ahead, and whoever shares its key would wait with it.
    public var orderingKey: String? { nil }

    /// States the wish.
    public init(connection: Connection.ID, at place: Place? = nil) {
        self.connection = connection
        self.place = place
    }
}
