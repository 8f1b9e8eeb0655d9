import Daemon
import HTTPTypes

extension JSON {
    /// The text, or null.
    static func text(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }
    /// The number, or null.
    static func number(_ number: Int?) -> JSON { number.map { .integer(Int64($0)) } ?? .null }
    /// The number, or null.
    static func whole(_ number: Int64?) -> JSON { number.map(JSON.integer) ?? .null }
    /// Seconds since 1970, as Stripe's users expect; or null.
    static func time(_ moment: Timestamp?) -> JSON { moment.map { .integer($0.seconds) } ?? .null }
    /// A column's JSON; what cannot be read is null. What is ours is not small because what comes from outside must be:
    /// ten thousand rows of an export are one such text.
    static func stored(_ text: String?) -> JSON {
        guard let text, let json = try? JSON.parse(Array(text.utf8), limits: .ownRows) else { return .null }
        return json
    }
}

extension JSONLimits {
    /// For what our own database holds.
    static let ownRows = JSONLimits(depthMax: 64, nodesMax: 4_000_000)
}
