public import Jobs
public import Postgres

/// Those of some agents that are a client's own (E2), with the fields a value-based price can count (D18).
public struct ListAgentsForSale: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT a.id, a.status = 'archived',
               ARRAY(SELECT f ->> 'key' FROM jsonb_array_elements(a.analysis_fields) f
                      WHERE f ->> 'type' = 'boolean' AND f ->> 'key' IS NOT NULL)
          FROM app.agent a WHERE a.client_id = $1 AND a.id = ANY ($2) ORDER BY a.id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the client and the agents.
    public init(of client: Client.ID, _ agents: [Agent.ID]) {
        parameters = [.uuid(client.rawValue), .uuids(agents.map(\.rawValue))]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> AgentForSale {
        try AgentForSale(id: row.id(0), isArchived: row.bool(1), booleanFields: row.strings(2))
    }
}

/// Whom some subscriptions are for.
public struct ListSubscriptionAgents: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT subscription_id, agent_id, added_at, removed_at FROM app.subscription_agent
         WHERE subscription_id = ANY ($1) AND removed_at IS NULL ORDER BY subscription_id, added_at, agent_id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the subscriptions.
    public init(of subscriptions: [Subscription.ID]) {
        parameters = [.uuids(subscriptions.map(\.rawValue))]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> SubscriptionAgent {
        try SubscriptionAgent(
            subscription: row.id(0), agent: row.id(1), addedAt: row.timestamp(2), removedAt: row.optionalTimestamp(3))
    }
}

/// A subscription is for one more agent of its client. One that was taken off comes back.
public struct InsertSubscriptionAgent: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.subscription_agent (subscription_id, client_id, agent_id) VALUES ($1, $2, $3)
        ON CONFLICT (tenant_id, subscription_id, agent_id) DO UPDATE SET removed_at = NULL, added_at =
          CASE WHEN app.subscription_agent.removed_at IS NULL THEN app.subscription_agent.added_at ELSE now() END
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names them.
    public init(_ subscription: Subscription.ID, of client: Client.ID, agent: Agent.ID) {
        parameters = [.uuid(subscription.rawValue), .uuid(client.rawValue), .uuid(agent.rawValue)]
    }
}

/// A subscription is no longer for an agent; gives a row when it was.
public struct MarkSubscriptionAgentRemoved: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription_agent SET removed_at = now()
         WHERE subscription_id = $1 AND agent_id = $2 AND removed_at IS NULL RETURNING true
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names them.
    public init(_ subscription: Subscription.ID, agent: Agent.ID) {
        parameters = [.uuid(subscription.rawValue), .uuid(agent.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}

/// A client's open subscriptions that one of its agents belongs to already, besides one.
public struct FindOtherSubscriptionOf: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT s.id FROM app.subscription_agent a
          JOIN app.subscription s ON s.tenant_id = a.tenant_id AND s.id = a.subscription_id
          JOIN app.subscription_item i ON i.tenant_id = s.tenant_id AND i.subscription_id = s.id
            AND i.removed_at IS NULL
          JOIN app.subscription_item mine ON mine.tenant_id = s.tenant_id AND mine.subscription_id = $1
            AND mine.removed_at IS NULL AND mine.price_id = i.price_id
         WHERE a.agent_id = $2 AND a.removed_at IS NULL AND s.id <> $1
           AND s.status NOT IN ('canceled', 'incomplete_expired')
         ORDER BY s.id LIMIT 1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the subscription and the agent.
    public init(besides subscription: Subscription.ID, agent: Agent.ID) {
        parameters = [.uuid(subscription.rawValue), .uuid(agent.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Subscription.ID { try row.id(0) }
}
