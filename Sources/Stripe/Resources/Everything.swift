// Whole lists, newest first, a hundred at a time: for comparing what Stripe has with what is here.

extension StripeCall where Answer == List<Price> {
    /// Every price, archived ones too, without tiers.
    public static func listEveryPrice(after: String?) -> Self { get("/v1/prices", .page(after)) }
}

extension StripeCall where Answer == List<Coupon> {
    /// Every coupon.
    public static func listEveryCoupon(after: String?) -> Self { get("/v1/coupons", .page(after)) }
}

extension StripeCall where Answer == List<Subscription> {
    /// Every subscription, ended ones too.
    public static func listEverySubscription(after: String?) -> Self {
        get("/v1/subscriptions", .page(after, ["status": "all"]))
    }
}

extension StripeCall where Answer == List<Invoice> {
    /// Every invoice made since a moment, in unix seconds.
    public static func listEveryInvoice(createdSince seconds: Int64, after: String?) -> Self {
        get("/v1/invoices", .page(after, ["created[gte]": String(seconds)]))
    }

    /// Every invoice that is still to be paid, however old.
    public static func listOpenInvoices(after: String?) -> Self {
        get("/v1/invoices", .page(after, ["status": "open"]))
    }
}

extension StripeCall where Answer == List<PaymentIntent> {
    /// Every payment made since a moment, in unix seconds, with what was given back of it.
    public static func listEveryPayment(createdSince seconds: Int64, after: String?) -> Self {
        get("/v1/payment_intents", .page(after, ["created[gte]": String(seconds), "expand[0]": "data.latest_charge"]))
    }
}
