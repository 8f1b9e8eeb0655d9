public import Daemon

/// Credits set aside for something that is going on, such as a call (reserve, then capture or release): what is set
/// aside cannot be used twice.
public struct CreditHold: Equatable, Sendable {
    /// How it stands.
    public enum Status: String, CaseIterable, Sendable {
        /// Set aside.
        case open
        /// Used, wholly or in part; the rest came back.
        case captured
        /// Given back.
        case released
        /// Given back because its time was over.
        case expired
    }

    /// Which one.
    public var id: CreditHold.ID
    /// Whose credits.
    public var client: Client.ID
    /// How many.
    public var amount: CreditAmount
    /// How many were used at its end.
    public var captured: CreditAmount
    /// How it stands.
    public var status: Status
    /// In people's words.
    public var reason: String?
    /// When it gives them back by itself.
    public var expiresAt: Timestamp
    /// When it ended.
    public var endedAt: Timestamp?
    /// When it was made.
    public var createdAt: Timestamp
}
