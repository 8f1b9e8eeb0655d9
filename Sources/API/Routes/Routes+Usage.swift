import HTTPServer
import HTTPTypes

extension Routes {
    /// Usage in, and what became of it.
    static let usage: [Route] = [
        // The portal's event_id makes it safe to tell the same again, for ever.
        Route(
            method: .post, pattern: "/v1/usage_events", scope: "usage:write", idempotency: .none,
            act: UsageIntake.record),
        Route(
            method: .post, pattern: "/v1/usage_backfills", scope: "usage:write", idempotency: .none,
            act: UsageIntake.backfill),
    ]
}
