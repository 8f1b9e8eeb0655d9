import HTTPServer
import HTTPTypes

extension Routes {
    /// Discounts.
    static let coupons: [Route] = []
}
