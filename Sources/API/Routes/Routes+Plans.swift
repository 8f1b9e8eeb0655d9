import HTTPServer
import HTTPTypes

extension Routes {
    /// Plans, their versions and quotas; what a client may use.
    static let plans: [Route] = []
}
