import HTTPTypes

/// One thing going wrong on purpose.
struct Fault: Sendable {
    /// What goes wrong.
    enum Kind: String, Sendable, CaseIterable {
        /// The work is done, the answer never arrives: the connection is closed instead.
        case lostAnswer = "lost_answer"
        /// The connection is closed before anything is done.
        case reset
        /// The work is done, the answer is a 500; a replay of the key gives the 500 again.
        case errorAfterEffect = "error_500_with_effect"
        /// Nothing is done, the answer is a 500; a replay of the key gives the 500 again.
        case errorBeforeEffect = "error_500_without_effect"
        /// The answer takes a while; the work is done at the end, the key is in use meanwhile.
        case slow
        /// The work is done, the answer takes a while.
        case slowAnswer = "slow_answer"
        /// The work is done, the connection ends in the middle of the body.
        case truncated
        /// 429 with `Stripe-Rate-Limited-Reason`; nothing is done or stored.
        case rateLimited = "rate_limited"
        /// 429 `lock_timeout`, without a reason header; nothing is done or stored.
        case lockTimeout = "lock_timeout"
        /// 503; nothing is done or stored.
        case unavailable
    }

    /// What goes wrong.
    var kind: Kind
    /// How long `slow` and `slow_answer` wait.
    var milliseconds: Int64 = 1_000
    /// Method of the calls meant; nil means any.
    var method: String?
    /// Path or beginning of the path of the calls meant; nil means any.
    var path: String?
    /// Account of the calls meant; nil means any.
    var account: String?
    /// Calls to let pass first.
    var skip = 0
    /// Calls to hit; nil means all from then on.
    var times: Int? = 1

    /// From the body of the control endpoint; nil when the kind is none of ours.
    init?(_ json: JSONObject) {
        guard let kind = json.text("kind").flatMap(Kind.init(rawValue:)) else { return nil }
        self.kind = kind
        milliseconds = json.whole("ms") ?? 1_000
        method = json.text("method")
        path = json.text("path")
        account = json.text("account")
        skip = Int(json.whole("skip") ?? 0)
        times = json.text("times") == "all" ? nil : Int(json.whole("times") ?? 1)
    }

    /// From a header, `slow; ms=200` for instance.
    init?(header: String) {
        let parts = header.split(separator: ";").map { $0.filter { $0 != " " } }
        guard let first = parts.first, let kind = Kind(rawValue: first) else { return nil }
        self.kind = kind
        for part in parts.dropFirst() where part.hasPrefix("ms=") { milliseconds = Int64(part.dropFirst(3)) ?? 1_000 }
    }
}
