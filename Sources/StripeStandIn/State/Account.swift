import HTTPTypes

/// One Stripe account: who it is, and its books in test mode and in live mode.
final class Account {
    /// `acct_…`.
    let id: String
    /// The account object as `GET /v1/account` answers it.
    var document: JSONObject
    /// The platform that created this connected account.
    let platform: String?
    /// What is done about failed payments; starts as the stand-in's policy.
    var retryDays: [Int64]
    /// What happens after the last retry.
    var finalOutcome: Policy.FinalOutcome
    /// Books of test keys.
    let test: Books
    /// Books of live keys.
    let live: Books

    init(id: String, document: JSONObject, platform: String?, world: World) {
        self.id = id
        self.document = document
        self.platform = platform
        retryDays = world.policy.retryDays
        finalOutcome = world.policy.finalOutcome
        test = Books(account: id, isLive: false, world: world)
        live = Books(account: id, isLive: true, world: world)
    }

    /// The books of one mode.
    func books(isLive: Bool) -> Books { isLive ? live : test }
}
