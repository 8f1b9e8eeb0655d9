public import Jobs

/// Asks name servers for the record that proves a domain. Looks are in no order: one that waits for its week must not
/// hold back one that somebody asks for, and what they find is judged by the row as it is then.
public struct CheckDomain: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "domain.check"
    /// Which workers carry it out.
    public static let queue = QueueName.onboarding
    /// Nothing waits behind it.
    public static let onDead = OnDead.skip

    /// Which one.
    public var domain: BrandDomain.ID
    /// Whether it is the look that verified domains get every week.
    public var isScheduled: Bool

    /// States the wish.
    public init(domain: BrandDomain.ID, isScheduled: Bool = false) {
        self.domain = domain
        self.isScheduled = isScheduled
    }
}
