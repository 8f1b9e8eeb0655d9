import HTTPServer
import HTTPTypes

extension Routes {
    /// API keys, users, branding, the audit log, policies, erasure.
    static let portals: [Route] = []
}
