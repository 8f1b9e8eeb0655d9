import HTTPServer
import HTTPTypes

extension Routes {
    /// Plans, their versions and quotas; what a client may use.
    static let plans: [Route] = [
        .get("/v1/plans", "catalog:read", Plans.list),
        .post("/v1/plans", "catalog:write", Plans.create),
        .show("/v1/plans/{plan}", "catalog:read", Plans.show),
        .patch("/v1/plans/{plan}", "catalog:write", Plans.change),
        .get("/v1/plans/{plan}/versions", "catalog:read", Plans.listVersions),
        .post("/v1/plans/{plan}/clone", "catalog:write", Plans.clone),
        .post("/v1/plans/{plan}/set_default", "catalog:write", Plans.setDefault),
        .post("/v1/plans/{plan}/feature", "catalog:write", Plans.feature),
        .post("/v1/plans/{plan}/archive", "catalog:write", Plans.archive),
        .post("/v1/entitlements/check", "usage:write", Entitlements.check),
        Route(
            method: .post, pattern: "/v1/entitlements/query", scope: "access:read", idempotency: .none,
            act: Entitlements.query),
        .open(.get, "/v1/public/{tenant}/pricing", PublicPricing.show),
        .get("/v1/product_options", "catalog:read", ProductOptions.show),
        .stripe("/v1/products/import", "catalog:write", Products.importAll),
    ]
}
