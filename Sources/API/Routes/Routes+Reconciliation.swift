import HTTPServer
import HTTPTypes

extension Routes {
    /// What differs from Stripe, and its repair.
    static let reconciliation: [Route] = [
        .get("/v1/reconciliations", "reconciliation:read", Reconciliations.list),
        .stripe("/v1/reconciliations", "reconciliation:write", Reconciliations.create),
        .get("/v1/reconciliations/{reconciliation}", "reconciliation:read", Reconciliations.show),
        .get("/v1/drift_items", "reconciliation:read", DriftItems.list),
        .get("/v1/drift_items/{drift_item}", "reconciliation:read", DriftItems.show),
        .stripe("/v1/drift_items/{drift_item}/repair", "reconciliation:write", DriftItems.repair),
        .post("/v1/drift_items/{drift_item}/dismiss", "reconciliation:write", DriftItems.dismiss),
    ]
}
