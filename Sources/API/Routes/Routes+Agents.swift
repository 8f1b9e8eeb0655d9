import HTTPServer
import HTTPTypes

extension Routes {
    /// What produces usage for a client, and how it is metered.
    static let agents: [Route] = []
}
