/// One page of a list. Source: https://docs.stripe.com/api/pagination
public struct List<Element: Decodable & Sendable>: Decodable, Sendable {
    /// The elements, newest first.
    public let data: [Element]
    /// Whether another page follows.
    public let hasMore: Bool

    /// States a page; tests use it.
    public init(data: [Element], hasMore: Bool) {
        self.data = data
        self.hasMore = hasMore
    }
}
