import HTTPServer
import HTTPTypes

extension Routes {
    /// Usage in, and what became of it.
    static let usage: [Route] = []
}
