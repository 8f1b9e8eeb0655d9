import HTTPServer
import HTTPTypes

extension Routes {
    /// What produces usage for a client, and how it is metered.
    static let agents: [Route] = [
        .get("/v1/agents", "clients:read", Agents.list),
        .post("/v1/agents", "clients:write", Agents.create),
        .get("/v1/agents/{agent}", "clients:read", Agents.show),
        .patch("/v1/agents/{agent}", "clients:write", Agents.change),
    ]
}
