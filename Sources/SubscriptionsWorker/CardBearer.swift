import Billing
import Stripe

/// What has a card of its own at Stripe: a running subscription, or the schedule that steers one, which would bring its
/// own card back with its next phase.
struct CardBearer: Sendable {
    /// Which of both.
    enum Kind: Sendable {
        case subscription
        case schedule
    }

    private static let firstSubscription = 10
    private static let firstSchedule = 10_000

    /// Which of both it is.
    let kind: Kind
    /// Our row.
    let subscription: Billing.Subscription.ID
    /// `sub_…` or `sub_sched_…`
    let stripeID: String
    /// The number of its call: by the place of its subscription among all of the client's, so that a call left
    /// unanswered is never taken for another subscription's.
    let step: Int

    /// All of a client's, ended ones left out.
    static func all(in subscriptions: [KnownSubscription]) -> [CardBearer] {
        subscriptions.enumerated().flatMap { index, subscription -> [CardBearer] in
            guard let stripeID = subscription.stripeSubscription, !subscription.status.isOver else { return [] }
            let own = CardBearer(
                kind: .subscription, subscription: subscription.id, stripeID: stripeID,
                step: firstSubscription + index)
            let schedule = subscription.steeredBy.map {
                CardBearer(
                    kind: .schedule, subscription: subscription.id, stripeID: $0, step: firstSchedule + index)
            }
            return [own] + [schedule].compactMap(\.self)
        }
    }
}
