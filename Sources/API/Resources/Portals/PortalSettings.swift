import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/settings`: how long what ended is kept, and how long a difference from Stripe is left alone.
enum PortalSettings {
    /// As they stand.
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        json(try tx.one(FindTenantSettings()))
    }

    /// Changes what is mentioned. What is deleted in a night to come goes by it; nothing that is gone comes back.
    static func change(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let retention = fields.optional("retention_days", .integer(TenantSettings.retentionDays))
        let settle = fields.optional("settle_seconds", .integer(TenantSettings.settleSeconds))
        fields.keep("retention_days", "settle_seconds")
        try fields.finish()
        return try await call.write { actor, tx in
            let before = try tx.one(FindTenantSettings())
            var after = before
            after.retentionDays = retention ?? before.retentionDays
            after.settleSeconds = settle ?? before.settleSeconds
            tx.send(MarkTenantSettings(after))
            audit(
                actor, tx, "settings.change", actor.entrance.tenant.text, before: json(before), after: json(after))
            return .finished(.ok, json(after))
        }
    }

    private static func json(_ settings: TenantSettings) -> JSON {
        [
            "object": "settings", "retention_days": .integer(settings.retentionDays),
            "settle_seconds": .integer(settings.settleSeconds),
        ]
    }
}
