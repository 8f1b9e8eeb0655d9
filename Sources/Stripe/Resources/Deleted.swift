/// What Stripe answers to a DELETE.
public struct Deleted: Decodable, Sendable, Identifiable {
    /// The id of what is gone.
    public let id: String
    /// Always true.
    public let deleted: Bool?
}
