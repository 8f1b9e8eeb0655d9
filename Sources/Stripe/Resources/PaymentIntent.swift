/// One payment, through all its tries. Source: https://docs.stripe.com/api/payment_intents/object
public struct PaymentIntent: Decodable, Sendable, Identifiable {
    /// Why the last try failed.
    public struct Failure: Decodable, Sendable {
        /// Such as `card_declined`.
        public let code: String?
        /// One sentence.
        public let message: String?
        /// Such as `insufficient_funds`.
        public let declineCode: String?
    }

    /// `pi_…`
    public let id: String
    /// `succeeded` when it is paid; an open list.
    public let status: String
    /// Minor units.
    public let amount: Int64
    /// Minor units that were received.
    public let amountReceived: Int64?
    /// ISO 4217, lower case.
    public let currency: String
    /// The charge of the last try.
    public let latestCharge: Expandable<Charge>?
    /// Why the last try failed.
    public let lastPaymentError: Failure?
    /// Ours to match by.
    public let metadata: [String: String]?
}

extension StripeCall where Answer == PaymentIntent {
    /// A payment of a customer, not tried yet; cards only.
    public static func createPaymentIntent(
        customer: String, amount: Int64, currency: String, description: String, metadata: [String: String]
    ) -> Self {
        var form = StripeForm()
        form.add("amount", amount)
        form.add("currency", currency)
        form.add("customer", customer)
        form.add("description", description)
        form.add("allowed_payment_method_types[0]", "card")
        form.add(metadata: metadata)
        return post("/v1/payment_intents", form)
    }

    /// Charges a saved card while its owner is away; a card that asks its owner is refused with
    /// `authentication_required`.
    public static func confirmPaymentIntent(_ id: String, paymentMethod: String?) -> Self {
        var form = StripeForm()
        form.add("off_session", true)
        form.add("payment_method", paymentMethod)
        return post("/v1/payment_intents/\(segment(id))/confirm", form)
    }

    /// Ends one that is not paid: it can never be paid after.
    public static func cancelPaymentIntent(_ id: String) -> Self {
        post("/v1/payment_intents/\(segment(id))/cancel")
    }

    /// Its state, with its charge and what that did to the balance.
    public static func retrievePaymentIntent(_ id: String) -> Self {
        get("/v1/payment_intents/\(segment(id))", ["expand[0]": "latest_charge.balance_transaction"])
    }
}

extension StripeCall where Answer == List<PaymentIntent> {
    /// A customer's newest payments, to find one whose creation was answered into the void.
    public static func listPaymentIntents(of customer: String, startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["customer": customer, "limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/payment_intents", form)
    }
}
