import HTTPServer
import HTTPTypes

extension Routes {
    /// What produces usage for a client, and how it is metered.
    static let agents: [Route] = [
        .get("/v1/agents", "clients:read", Agents.list),
        .post("/v1/agents", "clients:write", Agents.create),
        .show("/v1/agents/{agent}", "clients:read", Agents.show),
        .patch("/v1/agents/{agent}", "clients:write", Agents.change),
        .show("/v1/agents/{agent}/metering_rule", "usage:read", MeteringRules.show),
        .put("/v1/agents/{agent}/metering_rule", "usage:write", MeteringRules.save),
        .delete("/v1/agents/{agent}/metering_rule", "usage:write", MeteringRules.end),
        Route(
            method: .post, pattern: "/v1/agents/{agent}/metering_rule/test", scope: "usage:read", idempotency: .none,
            act: MeteringRules.test),
    ]
}
