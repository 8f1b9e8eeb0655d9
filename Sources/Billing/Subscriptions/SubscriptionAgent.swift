public import Daemon

/// One of the client's agents that a subscription is for (E4).
public struct SubscriptionAgent: Equatable, Sendable {
    /// Of which subscription.
    public var subscription: Subscription.ID
    /// Which agent.
    public var agent: Agent.ID
    /// Since when.
    public var addedAt: Timestamp
    /// Until when; nil while it belongs to it.
    public var removedAt: Timestamp?
}

/// What of an agent matters when something is sold for it.
public struct AgentForSale: Equatable, Sendable {
    /// Which one.
    public var id: Agent.ID
    /// Whether it is archived.
    public var isArchived: Bool
    /// The names of its custom analysis fields that are true or false (D18).
    public var booleanFields: [String]
}
