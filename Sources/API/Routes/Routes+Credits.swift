import HTTPServer
import HTTPTypes

extension Routes {
    /// Prepaid credits.
    static let credits: [Route] = []
}
