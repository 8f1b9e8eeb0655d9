public import Jobs

/// Makes the tenant's connected account, once, and a fresh onboarding link to it. Result: `url`, `expires_at`.
public struct OnboardAccount: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "connect.onboard"
    /// Which workers carry it out.
    public static let queue = QueueName.onboarding

    /// The tenant's connection.
    public var connection: Connection.ID
    /// Two capital letters (ISO 3166); Stripe never lets it change.
    public var country: String
    /// Of the account's owner.
    public var email: String
    /// Where Stripe sends the owner afterwards; says nothing about success.
    public var returnURL: String
    /// Where Stripe sends the owner when the link is used up; it must make a new one.
    public var refreshURL: String
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "connection" }

    /// States the wish.
    public init(connection: Connection.ID, country: String, email: String, returnURL: String, refreshURL: String) {
        self.connection = connection
        self.country = country
        self.email = email
        self.returnURL = returnURL
        self.refreshURL = refreshURL
    }

    enum CodingKeys: String, CodingKey {
        case connection, country, email
        case returnURL = "return_url"
        case refreshURL = "refresh_url"
    }
}
