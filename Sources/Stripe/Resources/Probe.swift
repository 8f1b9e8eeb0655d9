/// The answer to a question whose only point is whether it may be asked.
public struct Probe: Decodable, Sendable {
    /// One element, of which nothing is read.
    public struct Element: Decodable, Sendable {}
    /// How many there are, up to the limit asked for.
    public let data: [Element]?
}

extension StripeCall where Answer == Probe {
    /// The cheapest read behind a permission: one element of a list, or a singleton.
    ///
    /// - Parameter path: a list's or a singleton's path, such as `/v1/customers`.
    public static func probe(_ path: String, isList: Bool = true, limit: Int = 1) -> Self {
        get(path, isList ? ["limit": String(limit)] : [:])
    }

    /// The account's meters in use (M3).
    public static func probeMeters() -> Self { get("/v1/billing/meters", ["status": "active", "limit": "100"]) }
}
