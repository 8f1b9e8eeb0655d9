public import Daemon

/// A client's standing order: buys credits by itself when few are left.
public struct AutoTopUp: Equatable, Sendable {
    /// Where it stands.
    public enum Status: String, CaseIterable, Sendable {
        /// It buys when few are left.
        case on
        /// The card asks its owner: it waits until the page is paid.
        case needsAction = "needs_action"
        /// A payment failed: it tries again later.
        case backingOff = "backing_off"
        /// Given up after three failures, until it is set anew.
        case off
    }

    /// Whose.
    public var client: Client.ID
    /// It buys when so many or fewer are left.
    public var threshold: CreditAmount
    /// For so much, minor units.
    public var amount: Int64
    /// Which money.
    public var currency: Currency
    /// The most a calendar month (UTC) may cost, minor units.
    public var monthlyCap: Int64
    /// Where a pay page leads back to.
    public var returnURL: String?
    /// Where it stands.
    public var status: Status
    /// Failures in a row.
    public var failures: Int
    /// When it tries again: after a failure, or when the month begins whose cap is not reached.
    public var nextTryAt: Timestamp?
    /// The month whose cap was reached, such as `2026-11`.
    public var cappedIn: String?
    /// Why it did not buy: `code`, `detail`; JSON text.
    public var problem: String?
    /// When it last changed.
    public var updatedAt: Timestamp

    /// How long it waits after a failure in a row: an hour, then a day, then it gives up.
    public static func pause(after failures: Int) -> Duration? {
        switch failures {
        case ...1: .seconds(3_600)
        case 2: .seconds(86_400)
        default: nil
        }
    }
}

/// What a month of a client's top-ups has come to.
public struct TopUpMonth: Equatable, Sendable {
    /// Such as `2026-11`, UTC.
    public var name: String
    /// When the next one begins.
    public var end: Timestamp
    /// Minor units bought, or being bought.
    public var spent: Int64
    /// Whether one is under way.
    public var isUnderWay: Bool
}
