import HTTPServer
import HTTPTypes

extension Routes {
    /// What the portals are told.
    static let webhooks: [Route] = [
        .get("/v1/webhook_endpoints", "webhooks:read", WebhookEndpoints.list),
        .post("/v1/webhook_endpoints", "webhooks:write", WebhookEndpoints.create),
        .show("/v1/webhook_endpoints/{webhook_endpoint}", "webhooks:read", WebhookEndpoints.show),
        .patch("/v1/webhook_endpoints/{webhook_endpoint}", "webhooks:write", WebhookEndpoints.change),
        .delete("/v1/webhook_endpoints/{webhook_endpoint}", "webhooks:write", WebhookEndpoints.delete),
        .post("/v1/webhook_endpoints/{webhook_endpoint}/rotate_secret", "webhooks:write", WebhookEndpoints.rotate),
        .post("/v1/webhook_endpoints/{webhook_endpoint}/test", "webhooks:write", WebhookEndpoints.test),
        .get("/v1/webhook_endpoints/{webhook_endpoint}/deliveries", "webhooks:read", WebhookEndpoints.deliveries),
        .get("/v1/events", "events:read", PortalEvents.list),
        .get("/v1/events/{event}", "events:read", PortalEvents.show),
        .post("/v1/events/{event}/redeliver", "webhooks:write", PortalEvents.redeliver),
        .post("/v1/events/redeliver", "webhooks:write", PortalEvents.redeliverMissed),
    ]
}
