import HTTPServer
import HTTPTypes

extension Routes {
    /// Stripe accounts beyond the first paste: rolls, moves, imports.
    static let connections: [Route] = [
        .stripe("/v1/payment_processor/roll_key", "processor:write", AccountMoves.rollKey),
        .stripe("/v1/payment_processor/switch_account", "processor:write", AccountMoves.switchAccount),
        .stripe("/v1/payment_processor/move", "processor:write", AccountMoves.move),
        .stripe(
            "/v1/payment_processor/connect/dashboard_link", "processor:write", ConnectAccounts.makeDashboardLink),
        .get("/v1/imports", "processor:read", Imports.list),
        .stripe("/v1/imports", "processor:write", Imports.create),
        .get("/v1/imports/{import}", "processor:read", Imports.show),
        .get("/v1/imports/{import}/items", "processor:read", Imports.listItems),
        .stripe("/v1/imports/{import}/confirm", "processor:write", Imports.confirm),
    ]
}
