import HTTPServer
import HTTPTypes

extension Routes {
    /// What differs from Stripe, and its repair.
    static let reconciliation: [Route] = []
}
