/// A Stripe account: the tenant's own, or a connected one. Source: https://docs.stripe.com/api/accounts/object
public struct Account: Decodable, Sendable, Identifiable {
    /// What Stripe still wants before it pays out. Source:
    /// https://docs.stripe.com/api/accounts/object#account_object-requirements
    public struct Requirements: Codable, Sendable, Equatable {
        /// Fields needed now.
        public let currentlyDue: [String]?
        /// Fields that are late; the account is restricted.
        public let pastDue: [String]?
        /// Fields needed some day.
        public let eventuallyDue: [String]?
        /// Fields Stripe is looking at.
        public let pendingVerification: [String]?
        /// Why the account is restricted, such as `requirements.past_due`.
        public let disabledReason: String?
        /// When the account is restricted unless the fields come, unix seconds.
        public let currentDeadline: Int64?
    }

    /// The name under which the account trades.
    public struct BusinessProfile: Decodable, Sendable {
        /// Shown to customers.
        public let name: String?
    }

    /// Who controls what of a connected account.
    public struct Controller: Decodable, Sendable {
        /// Which dashboard its owner has.
        public struct Dashboard: Decodable, Sendable {
            /// `full`, `express` or `none`.
            public let type: String?
        }
        /// Which dashboard its owner has.
        public let stripeDashboard: Dashboard?
    }

    /// `acct_…`
    public let id: String
    /// ISO 3166 alpha-2.
    public let country: String?
    /// ISO 4217, lower case.
    public let defaultCurrency: String?
    /// The owner's address.
    public let email: String?
    /// Trading name.
    public let businessProfile: BusinessProfile?
    /// May take payments.
    public let chargesEnabled: Bool?
    /// May be paid out.
    public let payoutsEnabled: Bool?
    /// The owner finished the onboarding form.
    public let detailsSubmitted: Bool?
    /// What is missing.
    public let requirements: Requirements?
    /// Only of connected accounts.
    public let controller: Controller?
    /// Ours to match by; only of connected accounts.
    public let metadata: [String: String]?
}

extension StripeCall where Answer == Account {
    /// The account behind the key itself: the cheapest proof that a key works.
    public static func retrieveOwnAccount() -> Self { get("/v1/account") }

    /// A connected account's state.
    public static func retrieveAccount(_ id: String) -> Self { get("/v1/accounts/\(segment(id))") }

    /// A connected account with the full Stripe dashboard, where the agency sets its own retry and tax settings (G6).
    ///
    /// - Parameter country: ISO 3166 alpha-2; cannot change later.
    public static func createAccount(country: String, email: String, metadata: [String: String]) -> Self {
        var form: StripeForm = [
            "country": country,
            "email": email,
            "controller[stripe_dashboard][type]": "full",
            "controller[fees][payer]": "account",
            "controller[losses][payments]": "stripe",
            "controller[requirement_collection]": "stripe",
            "capabilities[card_payments][requested]": "true",
            "capabilities[transfers][requested]": "true",
        ]
        form.add(metadata: metadata)
        return post("/v1/accounts", form)
    }
}

extension StripeCall where Answer == List<Account> {
    /// The newest connected accounts, to find one whose creation was answered into the void.
    public static func listAccounts(createdSince seconds: Int64, startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["created[gte]": String(seconds), "limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/accounts", form)
    }
}
