/// A bill. Source: https://docs.stripe.com/api/invoices/object
public struct Invoice: Decodable, Sendable, Identifiable {
    /// Where it came from; since basil the subscription is found here (F16).
    public struct Parent: Decodable, Sendable {
        /// Present when a subscription made it.
        public struct SubscriptionDetails: Decodable, Sendable {
            /// `sub_…`
            public let subscription: String?
        }
        /// Such as `subscription_details`.
        public let type: String
        /// Present when a subscription made it.
        public let subscriptionDetails: SubscriptionDetails?
    }

    /// When it changed state, unix seconds.
    public struct StatusTransitions: Decodable, Sendable {
        /// Paid.
        public let paidAt: Int64?
        /// Finalized.
        public let finalizedAt: Int64?
    }

    /// A tax of the whole bill.
    public struct Tax: Decodable, Sendable {
        /// Minor units.
        public let amount: Int64
    }

    /// How Stripe fared with the tax.
    public struct AutomaticTax: Decodable, Sendable {
        /// Whether it was to be added.
        public let enabled: Bool
        /// `complete`, `failed`, `requires_location_inputs`.
        public let status: String?
    }

    /// `in_…`
    public let id: String
    /// `draft`, `open`, `paid`, `void` or `uncollectible`; an open list.
    public let status: String?
    /// Whose.
    public let customer: String?
    /// ISO 4217, lower case.
    public let currency: String
    /// Minor units.
    public let amountDue: Int64
    /// Minor units.
    public let amountPaid: Int64
    /// Given when finalized.
    public let number: String?
    /// `charge_automatically` or `send_invoice`.
    public let collectionMethod: String?
    /// Such as `subscription_cycle` or `manual`.
    public let billingReason: String?
    /// How often payment was tried.
    public let attemptCount: Int64?
    /// When it is tried again, unix seconds; nil = never.
    public let nextPaymentAttempt: Int64?
    /// Where the customer can pay; nil for drafts.
    public let hostedInvoiceUrl: String?
    /// The document; nil for drafts.
    public let invoicePdf: String?
    /// Unix seconds.
    public let dueDate: Int64?
    /// Unix seconds.
    public let created: Int64
    /// Where it came from.
    public let parent: Parent?
    /// When it changed state.
    public let statusTransitions: StatusTransitions?
    /// Minor units, before discounts and exclusive tax.
    public let subtotal: Int64?
    /// Minor units, everything included.
    public let total: Int64?
    /// Minor units.
    public let amountRemaining: Int64?
    /// What coupons took off.
    public let totalDiscountAmounts: [Tax]?
    /// The taxes, inclusive ones too.
    public let totalTaxes: [Tax]?
    /// The first ten lines.
    public let lines: List<InvoiceLine>?
    /// Unix seconds.
    public let periodStart: Int64?
    /// Unix seconds.
    public let periodEnd: Int64?
    /// How Stripe fared with the tax.
    public let automaticTax: AutomaticTax?
    /// Ours to match by.
    public let metadata: [String: String]?

    /// The subscription that made it, if one did.
    public var subscription: String? { parent?.subscriptionDetails?.subscription }
}

extension StripeCall where Answer == Invoice {
    /// A draft that waits for its lines; it neither finalizes nor collects by itself.
    ///
    /// - Parameter daysUntilDue: only for invoices that are sent.
    public static func createInvoice(
        customer: String, currency: String, autoCharge: Bool, daysUntilDue: Int64?, metadata: [String: String]
    ) -> Self {
        var form: StripeForm = [
            "customer": customer, "currency": currency,
            "collection_method": autoCharge ? "charge_automatically" : "send_invoice",
        ]
        if !autoCharge { form.add("days_until_due", daysUntilDue ?? 14) }
        form.add("auto_advance", false)
        form.add("pending_invoice_items_behavior", "exclude")
        form.add(metadata: metadata)
        return post("/v1/invoices", form)
    }

    /// Freezes a draft; it gets its number and its page.
    public static func finalizeInvoice(_ id: String) -> Self {
        post("/v1/invoices/\(segment(id))/finalize", ["auto_advance": "false"])
    }

    /// Charges the saved card now.
    public static func payInvoice(_ id: String, paymentMethod: String?) -> Self {
        var form = StripeForm()
        form.add("off_session", true)
        form.add("payment_method", paymentMethod)
        return post("/v1/invoices/\(segment(id))/pay", form)
    }

    /// Mails it.
    public static func sendInvoice(_ id: String) -> Self { post("/v1/invoices/\(segment(id))/send") }

    /// Takes an open one back.
    public static func voidInvoice(_ id: String) -> Self { post("/v1/invoices/\(segment(id))/void") }

    /// Its state.
    public static func retrieveInvoice(_ id: String) -> Self { get("/v1/invoices/\(segment(id))") }
}

extension StripeCall where Answer == List<Invoice> {
    /// A customer's newest invoices, to find one whose creation was answered into the void.
    public static func listInvoices(of customer: String, startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["customer": customer, "limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/invoices", form)
    }
}
