import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// A kind of object that a difference of can be repaired.
protocol Repairable: Comparand {
    /// Keeps the object as it was looked at. What has to be looked at first is given as outcome; nil: it is kept.
    func take(_ repair: DriftRepair, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>) throws -> Outcome?
    /// Keeps that Stripe has no such object any more.
    static func lose(
        _ repair: DriftRepair, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>) throws
    /// Tells Stripe what is here, as step `DriftRepair.step`.
    static func tell(_ repair: DriftRepair, _ tx: borrowing Transaction<TenantScope>) throws -> Step
}

extension Repairable {
    /// What is Stripe's to say is never told.
    static func tell(_ repair: DriftRepair, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        .finish(.refused(DriftRepair.vanished))
    }
}

/// One repair on its way.
struct DriftRepair: Sendable {
    /// The only call that changes something at Stripe.
    static let step = 1
    /// What differed is not here any more.
    static let vanished = Refusal("not_found", "What differed is not here any more.")

    /// What differs.
    let item: DriftItem
    /// Whose word counts.
    let direction: DriftItem.Direction
    /// The command.
    let job: JobContext

    /// What a look at Stripe is recorded with.
    func sighting(_ facts: AnswerFacts) -> Sighting { Sighting(facts, because: job.cause, at: job.now) }

    /// The first step, or the next one after the telling.
    func begin<Object: Repairable>(
        with type: Object.Type, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Step {
        switch direction {
        case .fromStripe: .call(look(Object.self, taking: true))
        case .toStripe where job.hasDone(step: Self.step): .call(look(Object.self, taking: false))
        case .toStripe: try Object.tell(self, tx)
        }
    }

    /// A look at the object, which is kept if it is to be taken; then both sides are compared.
    func look<Object: Repairable>(_ type: Object.Type, taking: Bool) -> Intention {
        Intention(Object.look(at: item.stripeID)) { answer, facts, tx in
            switch answer {
            case .success(let object) where !object.isDeleted:
                if taking, let first = try object.take(self, facts, tx) { return first }
                return try settle(object, tx)
            case .failure(let error) where !error.isMissing: return .refused(Refusal(error))
            case .success, .failure:
                if taking { try Object.lose(self, facts, tx) }
                return try settle(Object?.none, tx)
            }
        }
    }

    /// Compares both sides once more: what no longer differs is repaired.
    func settle<Object: Repairable>(
        _ object: Object?, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        let suspect = DriftSuspect(kind: item.objectKind, stripeID: item.stripeID, row: item.row, dueAt: job.now)
        let left = try tx.differences(of: suspect, object, job).map(\.field)
        let repaired = try tx.one(MarkDriftRepaired(item, except: left, direction))
        guard !left.contains(item.field) else {
            return .refused(
                Refusal(
                    "repair_without_effect", "\(item.field) differs still: Stripe or Tollgate did not take it over."))
        }
        return .done(result: #"{"drift_item":"\#(item.id)","repaired":\#(repaired)}"#)
    }
}
