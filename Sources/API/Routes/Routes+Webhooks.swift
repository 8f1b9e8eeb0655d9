import HTTPServer
import HTTPTypes

extension Routes {
    /// What the portals are told.
    static let webhooks: [Route] = []
}
