import Billing
import Worker

/// How far a new card has come among a client's subscriptions, and where Stripe would not have it.
struct CardAdoption: Codable, Sendable {
    /// A subscription that goes on paying with what it paid with.
    struct Refused: Codable, Sendable {
        /// Ours, `sb_…`.
        let subscription: String
        /// What was not changed: `sub_…`, or its schedule's `sub_sched_…`.
        let stripeID: String
        /// Stripe's word, or ours for it.
        let code: String
        /// Stripe's sentence.
        let detail: String

        private enum CodingKeys: String, CodingKey {
            case subscription, code, detail
            case stripeID = "stripe_id"
        }

        init(_ bearer: CardBearer, _ refusal: Refusal) {
            (subscription, stripeID) = (bearer.subscription.text, bearer.stripeID)
            (code, detail) = (refusal.code, refusal.detail)
        }
    }

    /// The command's result.
    struct Told: Encodable {
        /// Whose card it is.
        let setupIntent: String
        /// How many subscriptions have it.
        let subscriptions: Int
        /// Which have not.
        let refused: [Refused]

        private enum CodingKeys: String, CodingKey {
            case subscriptions, refused
            case setupIntent = "setup_intent"
        }
    }

    /// How many subscriptions have the card.
    var subscriptions = 0
    /// Which have not.
    var refused: [Refused] = []

    /// What the reader of the command should know.
    func told(of setupIntent: String) -> Told {
        Told(setupIntent: setupIntent, subscriptions: subscriptions, refused: refused)
    }
}
