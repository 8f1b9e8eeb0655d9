public import Daemon

/// What is on an invoice, as Stripe shows it. Amounts are minor units.
public struct InvoiceContents: Equatable, Sendable {
    /// JSON text of a list; nil when Stripe showed only some of them, and what is known stays.
    public var lines: String?
    /// Before discounts and exclusive tax.
    public var subtotal: Int64?
    /// What coupons took off.
    public var discountAmount: Int64?
    /// All taxes, inclusive ones too.
    public var taxAmount: Int64?
    /// Everything included.
    public var total: Int64?
    /// Still owed.
    public var amountRemaining: Int64?
    /// The period it is for begins.
    public var periodStart: Timestamp?
    /// The period it is for ends.
    public var periodEnd: Timestamp?
    /// How Stripe fared with the tax.
    public var taxStatus: String?

    /// Nothing is known; what is, is set field by field.
    public init() {}
}
