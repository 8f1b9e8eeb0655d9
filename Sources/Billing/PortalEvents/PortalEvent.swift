/// What the portal is told: a fact about one of the tenant's things, written in the transaction that made it true.
public struct PortalEvent: Sendable {
    /// `access.blocked`, `subscription.started`, …
    public let type: String
    /// The public id of what it is about.
    public let subject: String
    /// JSON of what there is to say; never a secret.
    public let body: String

    /// States one.
    public init(type: String, subject: String, body: String = "{}") {
        self.type = type
        self.subject = subject
        self.body = body
    }
}
