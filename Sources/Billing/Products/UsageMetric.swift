/// What a product charges for, in the words of the portal's form (D14 to D17).
public enum UsageMetric: String, CaseIterable, Sendable {
    /// Message exchanges of text agents (D14).
    case interactions
    /// Minutes of calls; Stripe counts seconds (D15).
    case minutes
    /// Conversations on any platform, however many messages (D16).
    case conversations
    /// Calls or chats whose custom analysis said yes (D17).
    case valueBased = "value_based"
    /// Credits that messages cost (M).
    case messageCredits = "message_credits"
    /// Messages as they come.
    case messages
    /// Whatever a meter of the tenant's own counts.
    case custom

    /// What the meter behind it adds up.
    public var metered: Meter.Metric {
        switch self {
        case .interactions: .interactions
        case .minutes: .seconds
        case .conversations: .conversations
        case .valueBased: .valueBased
        case .messageCredits: .messageCredits
        case .messages: .messages
        case .custom: .custom
        }
    }

    /// The metric a meter of this kind is sold by.
    public init(of metric: Meter.Metric) {
        self =
            switch metric {
            case .interactions: .interactions
            case .seconds: .minutes
            case .conversations: .conversations
            case .valueBased: .valueBased
            case .messageCredits: .messageCredits
            case .messages: .messages
            case .custom: .custom
            }
    }

    /// One of it, for people.
    public var unit: String {
        switch self {
        case .interactions: "interaction"
        case .minutes: "minute"
        case .conversations: "conversation"
        case .valueBased: "success"
        case .messageCredits: "message credit"
        case .messages: "message"
        case .custom: "unit"
        }
    }
}
