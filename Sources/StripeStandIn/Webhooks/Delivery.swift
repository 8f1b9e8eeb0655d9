import HTTPTypes

/// One event on its way to one endpoint.
struct Delivery: Sendable {
    /// The event's id.
    let event: String
    /// The event's type, for rules and logs.
    let type: String
    /// The body, signed as it is.
    let body: [UInt8]
    /// The endpoint's id.
    let endpoint: String
    /// Account whose endpoint it is.
    let owner: String
    /// Account the event happened in; another one than the owner for Connect.
    let origin: String
    /// Mode of both.
    let isLive: Bool
    /// Address to post to.
    let url: String
    /// Tries made so far.
    var tries = 0
    /// Earliest moment of the next try, microseconds of the real clock.
    var due: Int64
    /// Whether this is a deliberate second copy.
    var isCopy = false
}
