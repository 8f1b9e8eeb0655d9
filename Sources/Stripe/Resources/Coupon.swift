public import FoundationEssentials

/// A discount that can be put on subscriptions; only its name ever changes.
///
/// Source: https://docs.stripe.com/api/coupons/object
public struct Coupon: Decodable, Sendable, Identifiable {
    /// Chosen by Stripe unless one was given.
    public let id: String
    /// Shown on invoices.
    public let name: String?
    /// Exact; nil when an amount is taken off.
    public let percentOff: Decimal?
    /// Minor units; nil when a part is taken off.
    public let amountOff: Int64?
    /// ISO 4217, lower case, of `amountOff`.
    public let currency: String?
    /// `once`, `forever`, `repeating`; absent on a deleted one.
    public let duration: String?
    /// For `repeating`.
    public let durationInMonths: Int64?
    /// How often it can be used, by everybody together.
    public let maxRedemptions: Int64?
    /// Unix seconds.
    public let redeemBy: Int64?
    /// How often it was used.
    public let timesRedeemed: Int64?
    /// Whether it can still be applied.
    public let valid: Bool?
    /// It was deleted.
    public let deleted: Bool?
    /// Ours to match by.
    public let metadata: [String: String]?
}

extension StripeCall where Answer == Coupon {
    /// Creates one: a part or an amount with its currency.
    public static func createCoupon(
        name: String, percentOff: String?, amountOff: Int64?, currency: String?, duration: String,
        durationInMonths: Int64?, maxRedemptions: Int64?, redeemBy: Int64?, metadata: [String: String]
    ) -> Self {
        var form: StripeForm = ["name": name]
        form.add("percent_off", percentOff)
        form.add("amount_off", amountOff)
        form.add("currency", currency)
        form.add("duration", duration)
        form.add("duration_in_months", durationInMonths)
        form.add("max_redemptions", maxRedemptions)
        form.add("redeem_by", redeemBy)
        form.add(metadata: metadata)
        return post("/v1/coupons", form)
    }

    /// How it stands.
    public static func retrieveCoupon(_ id: String) -> Self { get("/v1/coupons/\(segment(id))") }
}

extension StripeCall where Answer == List<Coupon> {
    /// The newest ones, to find one whose creation was answered into the void.
    public static func listCoupons(createdSince seconds: Int64, startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["created[gte]": String(seconds), "limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/coupons", form)
    }
}

extension StripeCall where Answer == Deleted {
    /// Takes one off sale; discounts it gave stay.
    public static func deleteCoupon(_ id: String) -> Self { delete("/v1/coupons/\(segment(id))") }
}
