import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/subscriptions/{subscription}/agents`: for which of the client's agents it is (E4). Stripe knows nothing of
/// them: it bills the client.
enum SubscriptionAgents {
    /// One or more of them join; their usage counts from now on, at the same prices (E5).
    static func add(_ call: Call) async throws -> Response {
        let (id, agents) = try form(call)
        return try await call.write { actor, tx in
            let subscription = try open(id, tx)
            let found = try SaleAgents.find(agents, of: subscription.client, tx)
            for item in try tx.run(ListItemsOf([id])) {
                guard let field = item.analysisField else { continue }
                let lacking = found.filter { !$0.booleanFields.contains(field) }
                let issues = lacking.map { agent -> Problem.FieldIssue in
                    let index = agents.firstIndex(of: agent.id) ?? 0
                    return .init(
                        param: "agents[\(index)]", code: .analysisFieldNotBoolean,
                        detail: "The subscription counts \(field), and this agent has no such boolean field.")
                }
                guard issues.isEmpty else { throw Problem(issues: issues) }
            }
            for agent in found { tx.send(InsertSubscriptionAgent(id, of: subscription.client, agent: agent.id)) }
            return try told("subscription.add_agents", agents, subscription, actor, tx)
        }
    }

    /// One or more of them leave; their usage so far stays billed.
    static func remove(_ call: Call) async throws -> Response {
        let (id, agents) = try form(call)
        return try await call.write { actor, tx in
            let subscription = try open(id, tx)
            for (index, agent) in agents.enumerated() {
                guard try tx.first(MarkSubscriptionAgentRemoved(id, agent: agent)) != nil else {
                    throw Problem(issues: [
                        .init(
                            param: "agents[\(index)]", code: .notFound,
                            detail: "The subscription is not for this agent.")
                    ])
                }
            }
            return try told("subscription.remove_agents", agents, subscription, actor, tx)
        }
    }

    private static func form(_ call: Call) throws -> (Subscription.ID, [Agent.ID]) {
        let id: Subscription.ID = try call.id("subscription")
        var fields = try call.fields()
        let agents = fields.required("agents", .ids(of: Agent.self, count: 1...200))
        try fields.finish()
        return (id, try agents())
    }

    private static func open(_ id: Subscription.ID, _ tx: borrowing Transaction<TenantScope>) throws -> Subscription {
        let subscription = try Subscriptions.locked(id, tx)
        guard !subscription.status.isOver else { throw Problem(.subscriptionOver, "The subscription is over.") }
        return subscription
    }

    private static func told(
        _ action: String, _ agents: [Agent.ID], _ subscription: Subscription, _ actor: Actor,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Done {
        audit(
            actor, tx, action, subscription.id.text, after: ["agents": .array(agents.map { .string($0.text) })])
        tx.announce(
            .subscription(subscription.id, of: subscription.client, "updated", status: subscription.status),
            at: actor.now)
        return .finished(.ok, try Subscriptions.answer(subscription.id, tx))
    }
}
