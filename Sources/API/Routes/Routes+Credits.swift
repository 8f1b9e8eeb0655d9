import HTTPServer
import HTTPTypes

extension Routes {
    /// Prepaid credits.
    static let credits: [Route] = [
        .show("/v1/credit_pricing", "credits:read", CreditPrices.show),
        .put("/v1/credit_pricing", "credits:write", CreditPrices.save),
        .get("/v1/credit_pricing/versions", "credits:read", CreditPrices.list),
        .show("/v1/credit_policy", "credits:read", CreditPolicies.show),
        .put("/v1/credit_policy", "credits:write", CreditPolicies.save),
        .post("/v1/credit_quotes", "credits:write", CreditQuotes.create),
        .get("/v1/credit_quotes/{credit_quote}", "credits:read", CreditQuotes.show),
        .get("/v1/credit_purchases", "credits:read", CreditPurchases.list),
        .stripe("/v1/credit_purchases", "credits:write", CreditPurchases.create),
        .get("/v1/credit_purchases/{credit_purchase}", "credits:read", CreditPurchases.show),
        .stripe("/v1/credit_purchases/{credit_purchase}/refund", "credits:write", CreditPurchases.refund),
        .get("/v1/credit_transactions", "credits:read", CreditTransactions.list),
        .show("/v1/clients/{client}/auto_topup", "credits:read", AutoTopUps.show),
        .put("/v1/clients/{client}/auto_topup", "credits:write", AutoTopUps.save),
        .delete("/v1/clients/{client}/auto_topup", "credits:write", AutoTopUps.remove),
        .open(.get, "/credits/paid", CreditPurchases.thank),
        .get("/v1/clients/{client}/credit_balance", "credits:read", CreditLedger.balance),
        .get("/v1/clients/{client}/credit_ledger", "credits:read", CreditLedger.list),
        .credits("/v1/clients/{client}/credit_grants", "credits:write", CreditLedger.grant),
        .post("/v1/clients/{client}/credit_usage", "credits:write", CreditLedger.use),
        .get("/v1/clients/{client}/credit_holds", "credits:read", CreditHolds.list),
        .credits("/v1/clients/{client}/credit_holds", "credits:write", CreditHolds.create),
        .get("/v1/clients/{client}/credit_holds/{credit_hold}", "credits:read", CreditHolds.show),
        .credits("/v1/clients/{client}/credit_holds/{credit_hold}/capture", "credits:write", CreditHolds.capture),
        .credits("/v1/clients/{client}/credit_holds/{credit_hold}/release", "credits:write", CreditHolds.release),
    ]
}
