public import FoundationEssentials

/// What Stripe showed of one object: the fields that are compared. One shape for all kinds, since it only carries them
/// to the comparing statement.
public struct SeenObject: Encodable, Equatable, Sendable {
    /// Stripe's id.
    public var id: String
    /// The id of ours that its metadata names, when this tenant made it.
    public var ours: UUID?
    /// Whose it is: `cus_…`.
    public var customer: String?
    /// Of a customer, a product or a coupon.
    public var name: String?
    /// Of a customer.
    public var email: String?
    /// Of a customer.
    public var phone: String?
    /// Of a customer, two letters.
    public var country: String?
    /// Of a customer.
    public var postalCode: String?
    /// Of a product.
    public var description: String?
    /// Of a product or a price; of a coupon: whether it can still be given.
    public var active: Bool?
    /// Of a product, a price or an invoice, unix seconds.
    public var created: Int64?
    /// Of a price.
    public var lookupKey: String?
    /// Of a subscription, an invoice or a payment, Stripe's word.
    public var status: String?
    /// Of a subscription.
    public var cancelAtPeriodEnd: Bool?
    /// Of a subscription, unix seconds.
    public var periodEnd: Int64?
    /// Of a subscription: `price_…×1`, by price; nil when Stripe did not show all of them.
    public var items: String?
    /// Of an invoice, minor units; of a payment: its amount.
    public var amountDue: Int64?
    /// Of an invoice, minor units.
    public var amountPaid: Int64?
    /// Of a payment, minor units.
    public var amountRefunded: Int64?
    /// Of an invoice or a payment.
    public var currency: String?

    /// Begins with what every object has.
    public init(id: String, ours: UUID?) {
        self.id = id
        self.ours = ours
    }

    /// Some objects as JSON text, in the names that the statements read.
    static func text(of objects: [SeenObject]) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(objects), as: UTF8.self)
    }

    /// Stripe's value of a field that is taken over one by one: a customer's.
    public func value(of field: String) -> String? {
        switch field {
        case "name": name
        case "email": email
        case "phone": phone
        case "country": country
        case "postal_code": postalCode
        default: nil
        }
    }
}
