/// Calls of one account and mode in the current second.
struct RateWindow: Sendable {
    private var second: Int64 = 0
    private var total = 0
    private var byEndpoint: [String: Int] = [:]

    /// Counts a call; the reason Stripe gives when there are too many, nil while there are not.
    mutating func count(_ endpoint: String, at second: Int64, totalMax: Int, endpointMax: Int) -> String? {
        if second != self.second {
            self.second = second
            total = 0
            byEndpoint.removeAll(keepingCapacity: true)
        }
        total += 1
        let calls = (byEndpoint[endpoint] ?? 0) + 1
        byEndpoint[endpoint] = calls
        if total > totalMax { return "global-rate" }
        return calls > endpointMax ? "endpoint-rate" : nil
    }
}
