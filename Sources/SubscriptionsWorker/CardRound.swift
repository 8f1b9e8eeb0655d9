import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Takes a card to each of its bearers, one call for each, some in a turn and the rest in the next. A refusal is looked
/// into: what has ended meanwhile pays nothing any more, and anything else is told in the command's result. None of
/// them keeps the others waiting.
struct CardRound: Sendable {
    /// What follows when all were gone to.
    typealias Then = @Sendable (CardAdoption, borrowing Transaction<TenantScope>) throws -> Outcome

    /// Then others have their turn.
    private static let movesPerTurn = 20

    /// `pm_…`
    let method: String
    let job: JobContext
    let then: Then

    /// What comes next. Whoever was answered in an earlier turn is not asked again.
    func outcome(
        of bearers: ArraySlice<CardBearer>, moved: Int = 0, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        let left = bearers.drop { job.isAnswered(step: $0.step) }
        guard let first = left.first else { return try then(adoption(), tx) }
        guard moved < Self.movesPerTurn else { return .pause("adopting", "more subscriptions are to have the card") }
        let goOn: @Sendable (borrowing Transaction<TenantScope>) throws -> Outcome = { tx in
            try outcome(of: left.dropFirst(), moved: moved + 1, tx)
        }
        let id = first.stripeID
        switch first.kind {
        case .subscription:
            return .next(move(first, .setPaymentMethod(of: id, to: method), .retrieveSubscription(id), goOn))
        case .schedule:
            return .next(move(first, .setPaymentMethod(ofSchedule: id, to: method), .retrieveSchedule(id), goOn))
        }
    }

    private func adoption() throws -> CardAdoption { try job.place() ?? CardAdoption() }

    private func move<Object: CardHolder>(
        _ bearer: CardBearer, _ call: StripeCall<Object>, _ look: StripeCall<Object>,
        _ goOn: @escaping @Sendable (borrowing Transaction<TenantScope>) throws -> Outcome
    ) -> Intention {
        Intention(step: bearer.step, call) { answer, _, tx in
            var adoption = try adoption()
            switch answer {
            case .success:
                if bearer.kind == .subscription { adoption.subscriptions += 1 }
                try job.keep(adoption, tx)
                return try goOn(tx)
            case .failure(let error):
                adoption.refused.append(.init(bearer, Refusal(error)))
                try job.keep(adoption, tx)
                return .next(examine(bearer, look, goOn))
            }
        }
    }

    /// Takes the refusal back of what is over.
    private func examine<Object: CardHolder>(
        _ bearer: CardBearer, _ call: StripeCall<Object>,
        _ goOn: @escaping @Sendable (borrowing Transaction<TenantScope>) throws -> Outcome
    ) -> Intention {
        Intention(call) { answer, facts, tx in
            let isOver: Bool
            switch answer {
            case .success(let found):
                try found.mirror(Sighting(facts, because: job.cause, at: job.now), job, tx)
                isOver = found.isOver
            case .failure(let error): isOver = error.isMissing
            }
            if isOver {
                var adoption = try adoption()
                adoption.refused.removeAll { $0.stripeID == bearer.stripeID }
                try job.keep(adoption, tx)
            }
            return try goOn(tx)
        }
    }
}

/// What Stripe charges a card for.
private protocol CardHolder: Decodable, Sendable {
    /// Whether it charges nothing any more.
    var isOver: Bool { get }
    /// Records how it stands.
    func mirror(_ sighting: Sighting, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws
}

extension Stripe.Subscription: CardHolder {
    fileprivate var isOver: Bool { SubscriptionStatus(rawValue: status)?.isOver == true }

    fileprivate func mirror(
        _ sighting: Sighting, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws { try tx.apply(self, sighting, job) }
}

extension SubscriptionSchedule: CardHolder {
    fileprivate var isOver: Bool { !["not_started", "active"].contains(status) }

    fileprivate func mirror(
        _ sighting: Sighting, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws { try tx.apply(self, sighting, job) }
}
