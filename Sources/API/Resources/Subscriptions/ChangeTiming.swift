import Billing
import Daemon
import HTTPTypes

/// When a change happens and who pays for the time until then, as its form says it.
struct ChangeTiming: Sendable {
    /// How the rest of a period under way is settled.
    let proration: Proration
    /// Of one that has not begun: when it shall.
    let startAt: Timestamp?
    private let saysProration: Bool

    /// Reads `proration` and `start_at`.
    init(_ fields: inout Fields) {
        saysProration = fields.has("proration")
        proration = fields.optional("proration", FieldKind<Proration>.word) ?? .prorate
        startAt = fields.optional("start_at", .moment)
    }

    /// What has begun stays begun. Before, nothing was billed, so there is nothing to settle; and the beginning lies
    /// ahead.
    func check(for subscription: Subscription, at now: Timestamp) throws {
        guard !subscription.status.isAtStripe else {
            guard startAt == nil else {
                throw Problem(.conflict, "The subscription has begun: its start stays as it was.", param: "start_at")
            }
            return
        }
        if saysProration {
            throw Problem(
                .invalidCombination, "The subscription has not begun: there is nothing to settle.", param: "proration")
        }
        guard let startAt else { return }
        guard startAt > now, startAt <= now + SubscriptionWish.startLimit else {
            throw Problem(.momentOutOfRange, "Must be a moment within the next five years.", param: "start_at")
        }
    }
}
