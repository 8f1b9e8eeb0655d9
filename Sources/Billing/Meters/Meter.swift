public import Daemon

/// What Stripe adds up: the usage of one kind, for each customer. Only its name can change (F10).
public struct Meter: Equatable, Sendable {
    /// What kind of usage.
    public enum Metric: String, CaseIterable, Sendable {
        /// Message exchanges.
        case interactions
        /// Seconds of calls, sold as minutes.
        case seconds
        /// Conversations.
        case conversations
        /// Calls or chats whose custom analysis said yes.
        case valueBased = "value_based"
        /// Credits that messages cost.
        case messageCredits = "message_credits"
        /// Messages as they come.
        case messages
        /// Whatever the tenant counts by itself.
        case custom
    }

    /// How events become a quantity.
    public enum Formula: String, CaseIterable, Sendable {
        /// Their values are added.
        case sum
        /// They are counted.
        case count
        /// The last value of the period counts.
        case last
    }

    /// Where it stands.
    public enum Status: String, CaseIterable, Sendable {
        /// On its way to Stripe.
        case publishing
        /// Counts.
        case active
        /// Switched off: events are refused.
        case inactive
        /// Stripe refused it.
        case failed
    }

    /// Which one.
    public var id: Meter.ID
    /// Stripe's id, `mtr_…`.
    public var stripeMeter: String?
    /// What usage is sent under.
    public var eventName: String
    /// For people.
    public var displayName: String
    /// What kind of usage.
    public var metric: Metric
    /// How events become a quantity.
    public var formula: Formula
    /// The payload's field that names the customer.
    public var customerKey: String
    /// The payload's field with the quantity.
    public var valueKey: String
    /// Where it stands.
    public var status: Status
    /// The product it was made for; nil for one that several may use.
    public var product: Product.ID?
    /// Why Stripe refused it; JSON text.
    public var problem: String?
    /// When it was made.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp

    /// The name a meter of ours gets at Stripe: never one that was there before, since Stripe gives none twice, not
    /// even when the first was deactivated.
    public static func eventName(_ metric: Metric, _ id: Meter.ID) -> String {
        "tg_\(metric.rawValue)_\(id.text.dropFirst(Meter.identifierPrefix.count + 1))"
    }
}
