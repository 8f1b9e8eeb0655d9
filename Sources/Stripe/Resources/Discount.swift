/// A coupon at work. Since basil the coupon is its source (F16). Source: https://docs.stripe.com/api/discounts/object
public struct Discount: Decodable, Sendable, Identifiable {
    /// Where it came from.
    public struct Source: Decodable, Sendable {
        /// Which coupon.
        public let coupon: Expandable<Coupon>?
    }
    /// `di_…`
    public let id: String
    /// Where it came from.
    public let source: Source?
    /// Unix seconds.
    public let start: Int64?
    /// Unix seconds; nil: no end known in advance.
    public let end: Int64?
}
