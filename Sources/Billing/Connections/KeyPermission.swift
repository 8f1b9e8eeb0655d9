/// One thing a Stripe key must be allowed to do. A secret key may do everything; a restricted one is asked.
///
/// Stripe tells a missing one as `rak_<name>_<access>`. Source: https://docs.stripe.com/keys/restricted-api-keys
public struct KeyPermission: Equatable, Sendable {
    /// Reading, or changing too; writing implies reading.
    public enum Access: String, Sendable {
        /// Looks only.
        case read
        /// Changes too.
        case write
    }

    /// Stripe's word for the resource.
    public var name: String
    /// How much of it.
    public var access: Access
    /// What does not work without it, for people.
    public var neededFor: String
    /// The cheapest read that asks for it; nil where there is none.
    public var path: String?
    /// Whether the path is a list's, which takes a limit.
    public var isList: Bool

    init(_ name: String, _ access: Access, _ path: String?, isList: Bool = true, for purpose: String) {
        self.name = name
        self.access = access
        self.path = path
        self.isList = isList
        neededFor = purpose
    }

    /// Stripe's whole word for it, as its Dashboard's audit log and its refusals spell it.
    public var stripeName: String { "rak_\(name)_\(access.rawValue)" }

    /// Everything the gateway does with a key.
    public static let needed: [KeyPermission] = [
        .init("account", .read, "/v1/account", isList: false, for: "to see which account the key belongs to"),
        .init("balance", .read, "/v1/balance", isList: false, for: "to see whether the key is a live one"),
        .init("webhook", .write, "/v1/webhook_endpoints", for: "to register the webhook endpoint"),
        .init("event_destination", .write, "/v2/core/event_destinations", for: "to hear of usage Stripe rejected"),
        .init("event", .read, "/v1/events", for: "to find events that no webhook brought"),
        .init("customer", .write, "/v1/customers", for: "to bill clients"),
        .init("payment_method", .write, "/v1/payment_methods", for: "to charge saved cards"),
        .init("setup_intent", .write, "/v1/setup_intents", for: "to save cards"),
        .init("checkout_session", .write, "/v1/checkout/sessions", for: "to open the page where cards are saved"),
        .init("product", .write, "/v1/products", for: "to publish products"),
        .init("plan", .write, "/v1/prices", for: "to publish prices"),
        .init("coupon", .write, "/v1/coupons", for: "to give discounts"),
        .init("subscription", .write, "/v1/subscriptions", for: "to run subscriptions"),
        .init("invoice", .write, "/v1/invoices", for: "to issue, send and collect invoices"),
        .init("credit_note", .write, "/v1/credit_notes", for: "to take back invoiced amounts"),
        .init("payment_intent", .write, "/v1/payment_intents", for: "to sell credits"),
        .init("charge", .write, "/v1/charges", for: "to refund payments"),
        .init("billing_meter", .write, "/v1/billing/meters", for: "to meter usage"),
        .init("billing_meter_event", .write, nil, for: "to report usage"),
        .init("tax_settings", .read, "/v1/tax/settings", isList: false, for: "to see whether taxes can be collected"),
        .init("payout", .read, "/v1/payouts", for: "to show whether payouts arrive"),
    ]

    /// The resource in Stripe's word for a missing permission: `customer` of `rak_customer_write`.
    public static func resource(of word: String) -> String? {
        guard word.hasPrefix("rak_") else { return nil }
        for ending in ["_read", "_write"] where word.hasSuffix(ending) {
            let resource = word.dropFirst(4).dropLast(ending.count)
            return resource.isEmpty ? nil : String(resource)
        }
        return nil
    }

    /// The word in one of Stripe's sentences ("Having the 'rak_customer_write' permission would allow …").
    public static func word(in sentence: String) -> String? {
        for part in sentence.split(separator: "'") where part.hasPrefix("rak_") {
            let isWord = part.utf8.count <= 80 && part.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x5F }
            if isWord { return String(part) }
        }
        return nil
    }
}
