import HTTPServer
import HTTPTypes

extension Routes {
    /// Stripe accounts beyond the first paste: rolls, moves, imports.
    static let connections: [Route] = []
}
