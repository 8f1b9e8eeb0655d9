import HTTPServer
import HTTPTypes

extension Routes {
    /// Usage in, and what became of it.
    static let usage: [Route] = [
        // The portal's event_id makes it safe to tell the same again, for ever.
        Route(
            method: .post, pattern: "/v1/usage_events", scope: "usage:write", idempotency: .none,
            rehearses: true, readsReferences: true, act: UsageIntake.record),
        Route(
            method: .post, pattern: "/v1/usage_backfills", scope: "usage:write", idempotency: .none,
            rehearses: true, readsReferences: true, act: UsageIntake.backfill),
        .get("/v1/usage_events", "usage:read", UsageEvents.list),
        .get("/v1/usage_events/{usage_event}", "usage:read", UsageEvents.show),
        .post("/v1/usage_events/{usage_event}/void", "usage:write", UsageEvents.void),
        .post("/v1/usage_events/reattribute", "usage:write", UsageEvents.reattribute),
        .show("/v1/usage_policy", "usage:read", UsageSums.policy),
        .put("/v1/usage_policy", "usage:write", UsageSums.setPolicy),
        .post("/v1/usage_checks", "usage:write", UsageSums.check),
        .get("/v1/usage_drifts", "usage:read", UsageSums.drifts),
        .get("/v1/clients/{client}/usage", "usage:read", UsageSums.ofClient),
        .get("/v1/invoices/{invoice}/usage_proof", "usage:read", UsageProofs.show),
        .stripe("/v1/late_usage_charges", "invoices:write", UsageProofs.chargeLate),
        .get("/v1/meters/{meter}/summary", "usage:read", UsageSums.ofMeter),
        .open(.post, "/hooks/stripe/v2/{token}", StripeHooks.receiveThin),
    ]
}
