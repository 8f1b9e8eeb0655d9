public import Jobs

/// Makes a meter at Stripe, switches it off or on again, or looks at it.
public struct PublishMeter: Job, Equatable {
    /// What is wanted.
    public enum Wish: String, Codable, Sendable {
        /// That it be there.
        case make
        /// That it take no more events.
        case deactivate
        /// That it take events again.
        case reactivate
    }

    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "meter.publish"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions

    /// Which meter.
    public var meter: Meter.ID
    /// What is wanted.
    public var wish: Wish
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "meter:\(meter)" }

    /// States the wish.
    public init(meter: Meter.ID, wish: Wish) {
        self.meter = meter
        self.wish = wish
    }
}
