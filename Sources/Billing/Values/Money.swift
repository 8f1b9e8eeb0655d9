/// An amount in whole minor units of its currency (V1). There is no way to a floating point number.
public struct Money: Hashable, Sendable {
    /// Minor units: cents of a dollar, whole yen.
    public let amount: Int64
    /// Which money.
    public let currency: Currency

    /// Why an amount is refused.
    public enum Refusal: Error, Equatable, Sendable {
        /// Below zero.
        case negative
        /// More than the eight digits Stripe charges.
        case tooLarge
        /// The currency has no such fraction; amounts are multiples of the given number.
        case notMultiple(of: Int64)
    }

    /// Stripe charges at most eight digits (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).
    public static let amountMax: Int64 = 99_999_999

    /// Checks the amount against its currency.
    public init(_ amount: Int64, _ currency: Currency) throws(Refusal) {
        guard amount >= 0 else { throw .negative }
        guard amount <= Self.amountMax else { throw .tooLarge }
        guard amount % currency.step == 0 else { throw .notMultiple(of: currency.step) }
        self.amount = amount
        self.currency = currency
    }

    /// So many times this amount; refused where it is more than can be charged.
    public func times(_ quantity: Int64) throws(Refusal) -> Money {
        let (product, overflow) = amount.multipliedReportingOverflow(by: quantity)
        guard !overflow else { throw .tooLarge }
        return try Money(product, currency)
    }

    /// For people: `25.00 USD`, `500 JPY`, `1.230 KWD`.
    public var text: String {
        var digits = String(amount)
        let exponent = currency.exponent
        if exponent > 0 {
            while digits.count <= exponent { digits = "0" + digits }
            digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -exponent))
        }
        return digits + " " + currency.code.uppercased()
    }
}
