import HTTPServer
import HTTPTypes

extension Routes {
    /// API keys, users, branding, the audit log, policies, erasure.
    static let portals: [Route] = [
        .anyKey("/v1/me", Me.show),
        .get("/v1/api_keys", "keys:read", PortalKeys.list),
        .post("/v1/api_keys", "keys:write", PortalKeys.create),
        .show("/v1/api_keys/{api_key}", "keys:read", PortalKeys.show),
        .post("/v1/api_keys/{api_key}/roll", "keys:write", PortalKeys.roll),
        .delete("/v1/api_keys/{api_key}", "keys:write", PortalKeys.revoke),
        .get("/v1/portal_users", "users:read", PortalUsers.list),
        .post("/v1/portal_users", "users:write", PortalUsers.create),
        .show("/v1/portal_users/{portal_user}", "users:read", PortalUsers.show),
        .patch("/v1/portal_users/{portal_user}", "users:write", PortalUsers.change),
        .delete("/v1/portal_users/{portal_user}", "users:write", PortalUsers.disable),
        .show("/v1/branding", "settings:read", Brandings.show),
        .put("/v1/branding", "settings:write", Brandings.save),
        .post("/v1/branding/domains", "settings:write", BrandingDomains.add),
        .show("/v1/branding/domains/{domain}", "settings:read", BrandingDomains.show),
        .delete("/v1/branding/domains/{domain}", "settings:write", BrandingDomains.remove),
        .post("/v1/branding/domains/{domain}/verify", "settings:write", BrandingDomains.verify),
        .open(.get, "/v1/public/domains", BrandingDomains.showPublic),
        .open(.get, "/v1/public/{tenant}/branding", Brandings.showPublic),
        .open(.get, "/v1/public/{tenant}/logo.png", Brandings.showLogo),
        .show("/v1/dunning_policy", "settings:read", DunningPolicies.show),
        .put("/v1/dunning_policy", "settings:write", DunningPolicies.save),
        .show("/v1/settings", "settings:read", PortalSettings.show),
        .patch("/v1/settings", "settings:write", PortalSettings.change),
        Route(
            method: .post, pattern: "/v1/access/token", scope: "access:read", idempotency: .none, act: AccessTokens.sign
        ),
        .open(.get, "/.well-known/tollgate-access-keys.json", AccessTokens.keys),
        .delete("/v1/clients/{client}", "clients:write", ClientEndings.close),
        .stripe("/v1/clients/{client}/erase", "clients:write", ClientEndings.erase),
        .post("/v1/clients/{client}/export", "clients:write", ClientEndings.export),
        .get("/v1/clients/{client}/state", "clients:read", ClientEndings.state),
        .get("/v1/audit_log", "audit:read", AuditLog.list),
        .get("/v1/audit_log/verify", "audit:read", AuditLog.verify),
    ]
}
