import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/agents`: what makes usage for a client (seeds 1D, 1M).
enum Agents {
    /// Newest first; `client`, `external_id` and `status` narrow it.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "client", "external_id", "status")
        let page = try call.page(query, of: Agent.self)
        let client = try call.queryID(query, "client", of: Client.self)
        let status = try call.queryWord(query, "status", Agent.Status.self)
        let rows = try await call.read { tx in
            try tx.run(ListAgents(page, client: client, externalID: query["external_id"], status: status))
        }
        let (agents, hasMore) = page.cut(rows)
        return call.listed(agents.map(json), hasMore: hasMore)
    }

    /// One.
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        try answer(call.id("agent"), tx)
    }

    /// A new one. Nothing of it is at Stripe: its usage is its client's.
    static func create(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let client = fields.required("client", .id(of: Client.self))
        let name = fields.required("name", .line(max: 200))
        let platform = fields.required("platform", FieldKind<Agent.Platform>.word)
        let externalID = fields.optional("external_id", .line(max: 255))
        let analysis = analysisFields(&fields) ?? []
        let metadata = fields.optional("metadata", .metadata) ?? "{}"
        try fields.finish()
        let owner = try client()
        let wish = AgentWish(
            externalID: externalID, name: try name(), platform: try platform(), analysisFields: analysis,
            metadata: metadata)
        return try await call.write { actor, tx in
            guard let found = try tx.first(FindClient(owner)) else {
                throw Problem.notFound("client", param: "client")
            }
            guard found.accessState != .closed else { throw Problem(.clientClosed, "The client is closed.") }
            let id = Agent.ID.new(at: actor.now)
            tx.send(InsertAgent(id, of: owner, wish))
            audit(actor, tx, "agent.create", id.text, after: ["client": .string(owner.text)])
            return .finished(.created, try answer(id, tx))
        }
    }

    /// Changes what is mentioned. An archived agent's new usage is refused.
    static func change(_ call: Call) async throws -> Response {
        let id: Agent.ID = try call.id("agent")
        var fields = try call.fields()
        let name = fields.change("name", .line(max: 200))
        if case .clear = name { fields.refuse("name", .invalidField, "An agent has a name.") }
        let externalID = fields.change("external_id", .line(max: 255))
        let platform = fields.optional("platform", FieldKind<Agent.Platform>.word)
        let status = fields.optional("status", FieldKind<Agent.Status>.word)
        let analysis = analysisFields(&fields)
        let metadata = fields.change("metadata", .metadata)
        try fields.finish()
        return try await call.write { actor, tx in
            guard let agent = try tx.first(FindAgentForUpdate(id)) else { throw Problem.notFound("agent") }
            let wish = AgentWish(
                externalID: externalID.applied(to: agent.externalID),
                name: name.applied(to: agent.name) ?? agent.name, platform: platform ?? agent.platform,
                analysisFields: analysis ?? agent.analysisFields, status: status ?? agent.status,
                metadata: metadata.applied(to: agent.metadata) ?? "{}")
            tx.send(MarkAgentChanged(id, wish))
            audit(
                actor, tx, "agent.change", id.text, before: ["status": .string(agent.status.rawValue)],
                after: ["status": .string(wish.status.rawValue)])
            return .finished(.ok, try answer(id, tx))
        }
    }

    /// The resource as it stands.
    static func answer(_ id: Agent.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let agent = try tx.first(FindAgent(id)) else { throw Problem.notFound("agent") }
        return json(agent)
    }

    /// `analysis_fields: [{"key": "appointment_booked", "type": "boolean"}]`; nil when it is not mentioned.
    private static func analysisFields(_ fields: inout Fields) -> [Agent.AnalysisField]? {
        guard fields.has("analysis_fields") else { return nil }
        let read = fields.list("analysis_fields", count: 0...100) { field in
            (
                key: field.required("key", .line(max: 100)),
                type: field.required("type", FieldKind<Agent.AnalysisField.Kind>.word)
            )
        }
        let known = read.compactMap { item -> Agent.AnalysisField? in
            guard let key = try? item.key(), let type = try? item.type() else { return nil }
            return Agent.AnalysisField(key: key, type: type)
        }
        if Set(known.map(\.key)).count != known.count {
            fields.refuse("analysis_fields", .invalidCombination, "A key stands in the list twice.")
        }
        return known
    }

    private static func json(_ agent: Agent) -> JSON {
        .object([
            "object": "agent", "id": .string(agent.id.text), "client": .string(agent.client.text),
            "external_id": .text(agent.externalID), "name": .string(agent.name),
            "platform": .string(agent.platform.rawValue), "status": .string(agent.status.rawValue),
            "analysis_fields": .array(
                agent.analysisFields.map { ["key": .string($0.key), "type": .string($0.type.rawValue)] }),
            "metrics": .array(agent.platform.metrics.map { .string($0.rawValue) }),
            "countable_fields": .array(agent.countableFields.map(JSON.string)),
            "metadata": .stored(agent.metadata), "created": .time(agent.createdAt), "updated": .time(agent.updatedAt),
        ])
    }
}
