import HTTPServer
import HTTPTypes

extension Routes {
    /// Discounts.
    static let coupons: [Route] = [
        .get("/v1/coupons", "subscriptions:read", Coupons.list),
        .stripe("/v1/coupons", "subscriptions:write", Coupons.create),
        .show("/v1/coupons/{coupon}", "subscriptions:read", Coupons.show),
        .stripeDelete("/v1/coupons/{coupon}", "subscriptions:write", Coupons.delete),
    ]
}
