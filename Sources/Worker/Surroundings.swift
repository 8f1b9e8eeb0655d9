public import Crypto

/// What handlers need to know of the process they run in.
public struct Surroundings: Sendable {
    /// Where Stripe reaches the API; webhook URLs begin with it. Without a slash at its end.
    public let publicURL: String
    /// What webhook signing secrets are sealed to.
    public let webhookSealingKey: SealingKey

    /// States them.
    public init(publicURL: String, webhookSealingKey: SealingKey) {
        self.publicURL = publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
        self.webhookSealingKey = webhookSealingKey
    }
}
