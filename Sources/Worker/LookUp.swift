internal import Daemon
internal import Jobs
internal import Postgres
public import Stripe

/// How to find out at Stripe whether an unanswered call took effect: by a list in which ours is recognised by its
/// metadata, or by the object that the call was to change.
public struct LookUp<Answer: Decodable & Sendable>: Sendable {
    private enum Way: Sendable {
        case list(
            @Sendable (_ sentAt: Int64, _ after: String?) -> StripeCall<List<Answer>>,
            id: @Sendable (Answer) -> String)
        case object(StripeCall<Answer>)
    }
    private let way: Way
    private let isOurs: @Sendable (Answer) -> Bool

    /// The object itself, which shows whether it was changed.
    public init(object call: StripeCall<Answer>, isChanged: @escaping @Sendable (Answer) -> Bool) {
        way = .object(call)
        isOurs = isChanged
    }

    /// The intention that looks, adopts what it finds, and otherwise declares the call void.
    func intention(
        for call: StoredCall, as credential: Credential, after: String? = nil,
        _ record: @escaping Intention.Record<Answer>
    ) -> Intention {
        switch way {
        case .object(let read):
            return Intention(read, as: credential) { answer, facts, tx in
                switch answer {
                case .success(let object) where isOurs(object): return try adopt(object, call, facts, tx, record)
                case .failure(let error) where !error.isMissing: return blind(error)
                case .success, .failure: return forget(call, tx)
                }
            }
        case .list(let list, let id):
            // Five minutes earlier than it was sent: the clocks may differ.
            return Intention(list(call.sentAt.seconds - 300, after), as: credential) { answer, facts, tx in
                let page: List<Answer>
                switch answer {
                case .success(let found): page = found
                case .failure(let error) where !error.isMissing: return blind(error)
                case .failure: return forget(call, tx)
                }
                if let found = page.data.first(where: isOurs) { return try adopt(found, call, facts, tx, record) }
                guard page.hasMore, let last = page.data.last else { return forget(call, tx) }
                return .next(intention(for: call, as: credential, after: id(last), record))
            }
        }
    }

    private func adopt(
        _ object: Answer, _ call: StoredCall, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>,
        _ record: Intention.Record<Answer>
    ) throws -> Outcome {
        WorkerObservation.reconciled(call, found: true).report()
        tx.send(MarkCallAnswered(call, outcome: "succeeded", status: nil, requestID: facts.requestID, object: nil))
        return try record(.success(object), facts, tx)
    }

    /// A look that was refused proves nothing: sending anew might do it twice.
    private func blind(_ error: StripeError) -> Outcome { .dead(Verdicts.failure(error)) }

    private func forget(_ call: StoredCall, _ tx: borrowing Transaction<TenantScope>) -> Outcome {
        WorkerObservation.reconciled(call, found: false).report()
        tx.send(MarkCallVoid(call))
        return .again
    }
}

extension LookUp where Answer: Identifiable, Answer.ID == String {
    /// A list, newest first, in which ours is recognised.
    public init(
        list: @escaping @Sendable (_ sentAt: Int64, _ after: String?) -> StripeCall<List<Answer>>,
        isOurs: @escaping @Sendable (Answer) -> Bool
    ) {
        way = .list(list, id: \.id)
        self.isOurs = isOurs
    }
}
