/// What is counted of an agent's work, in the portal's words (D14 to D18, M6, M7).
public enum MeteringType: String, CaseIterable, Codable, Sendable {
    /// Exchanges of a text-based agent.
    case interactions
    /// Time of calls: kept and sent in seconds, shown as minutes (D15, V7).
    case minutes
    /// Conversations, however many messages each has.
    case conversations
    /// Conversations in which one truth value of the analysis is true.
    case valueBased = "value_based"
    /// Credits that messages cost.
    case messageCredits = "message_credits"
    /// Messages, whatever they cost.
    case messages
}
