public import Daemon

/// The tenant's customer. At Stripe it is a customer, made when it is first needed.
public struct Client: Equatable, Sendable {
    /// The default payment method, as far as a reader may see it.
    public struct Card: Equatable, Sendable {
        /// Stripe's id, `pm_…`.
        public var paymentMethod: String
        /// `visa`, `mastercard`, …
        public var brand: String?
        /// The last four digits.
        public var last4: String?
        /// 1 to 12.
        public var expMonth: Int?
        /// Four digits.
        public var expYear: Int?

        /// States what may be seen.
        public init(paymentMethod: String, brand: String?, last4: String?, expMonth: Int?, expYear: Int?) {
            self.paymentMethod = paymentMethod
            self.brand = brand
            self.last4 = last4
            self.expMonth = expMonth
            self.expYear = expYear
        }
    }

    /// Which one.
    public var id: Client.ID
    /// The portal's own id of it.
    public var externalID: String?
    /// Its name.
    public var name: String
    /// Where bills are sent (H6).
    public var adminEmail: String?
    /// Its telephone number.
    public var phone: String?
    /// Two letters.
    public var country: String?
    /// For tax.
    public var postalCode: String?
    /// The portal's own notes; JSON text.
    public var metadata: String
    /// Stripe's id, `cus_…`.
    public var stripeCustomer: String?
    /// The default payment method.
    public var card: Card?
    /// Whether it may use the portal.
    public var accessState: AccessState
    /// Since when.
    public var accessAt: Timestamp
    /// When it was made.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
}

/// What a portal says about a client, checked.
public struct ClientWish: Equatable, Sendable {
    /// The portal's own id of it; unique among the tenant's clients.
    public var externalID: String?
    /// Its name.
    public var name: String
    /// Where bills are sent.
    public var adminEmail: EmailAddress?
    /// Its telephone number.
    public var phone: String?
    /// Of its address.
    public var country: AddressCountry?
    /// For tax.
    public var postalCode: String?
    /// JSON text of an object with texts.
    public var metadata: String

    /// States the wish.
    public init(
        externalID: String? = nil, name: String, adminEmail: EmailAddress? = nil, phone: String? = nil,
        country: AddressCountry? = nil, postalCode: String? = nil, metadata: String = "{}"
    ) {
        self.externalID = externalID
        self.name = name
        self.adminEmail = adminEmail
        self.phone = phone
        self.country = country
        self.postalCode = postalCode
        self.metadata = metadata
    }
}

extension Client {
    /// What Stripe Tax needs besides what is known of a client's place: the United States and Canada are taxed by
    /// postal code, all others by country.
    public static func missingForTax(country: String?, postalCode: String?) -> [String] {
        switch country {
        case nil: ["country", "postal_code"]
        case "US" where postalCode == nil, "CA" where postalCode == nil: ["postal_code"]
        default: []
        }
    }
}
