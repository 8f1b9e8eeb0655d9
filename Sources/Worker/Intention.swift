public import Jobs
public import Postgres
public import Stripe

/// One call that a handler wants made, and what becomes of its answer.
public struct Intention: Sendable {
    /// What a handler records: its rows, follow-ups, and what comes next.
    public typealias Record<Answer> =
        @Sendable (Result<Answer, StripeError>, AnswerFacts, borrowing Transaction<TenantScope>) throws -> Outcome

    /// Which step of the command it is: part of the idempotency key. 0 for reads, which need none.
    public let step: Int
    /// What is sent, before the connection adds its account.
    public let request: StripeRequest
    /// As whom.
    public let credential: Credential
    let isWrite: Bool
    let seesRefusedKeys: Bool
    let isRepeated: Bool
    let freeze: @Sendable (String?) -> StripeRequest
    let conclude: @Sendable (StripeAnswer) throws -> Conclusion
    let refused: @Sendable (StripeError) -> Conclusion
    let lookUp: (@Sendable (StoredCall) -> Intention)?

    /// States the wish.
    ///
    /// - Parameters:
    ///   - step: 1 or more for a call that changes something, the same for the same purpose whenever the handler is
    ///     asked.
    ///   - seesRefusedKeys: 401 and 403 come to `record` too, instead of stopping the tenant's lanes.
    ///   - isRepeated: a look that comes again by itself, so that none of them waits for long: a permission that the
    ///     key lacks is noted and comes to `record` too; a look without an answer ends as failed after some tries.
    ///   - lookUp: how to find out whether an unanswered call took effect. Without one a call that stayed unanswered
    ///     too long counts as without effect, and the handler is asked again: right where doing it twice harms nothing.
    public init<Answer>(
        step: Int = 0, _ call: StripeCall<Answer>, as credential: Credential = .connection,
        seesRefusedKeys: Bool = false, isRepeated: Bool = false, lookUp: LookUp<Answer>? = nil,
        record: @escaping Record<Answer>
    ) {
        precondition(call.isWrite == (step > 0), "a call that changes something needs a step number")
        self.step = step
        self.credential = credential
        self.seesRefusedKeys = seesRefusedKeys
        self.isRepeated = isRepeated
        isWrite = call.isWrite
        request = StripeRequest(call, account: nil)
        freeze = { StripeRequest(call, account: $0) }
        conclude = { try Conclusion.of($0, as: StripeCall<Answer>.self, record) }
        refused = { (error: StripeError) -> Conclusion in Conclusion.refused(error, record) }
        if let lookUp {
            self.lookUp = { (stored: StoredCall) -> Intention in lookUp.intention(for: stored, as: credential, record) }
        } else {
            self.lookUp = nil
        }
    }
}

/// What is known of an answer besides what it says.
public struct AnswerFacts: Sendable {
    /// The order in which it was asked for; a snapshot with a lower number never overwrites one with a higher.
    public let fetchSeq: Int64
    /// Stripe's request id.
    public let requestID: String?
    /// How far our clock is ahead of Stripe's, by the answer's `Date`; to the second.
    public let drift: Duration?

    /// States them; tests use it.
    public init(fetchSeq: Int64, requestID: String? = nil, drift: Duration? = nil) {
        self.fetchSeq = fetchSeq
        self.requestID = requestID
        self.drift = drift
    }
}

/// A judged answer: how its attempt ended, and what to record.
struct Conclusion: Sendable {
    let word: String
    let record: @Sendable (AnswerFacts, borrowing Transaction<TenantScope>) throws -> Outcome

    /// - Throws: `StripeFailure` for whatever is no definite answer.
    static func of<Answer>(
        _ answer: StripeAnswer, as call: StripeCall<Answer>.Type, _ record: @escaping Intention.Record<Answer>
    ) throws -> Conclusion {
        do {
            let value = try StripeCall<Answer>.judge(answer)
            return Conclusion(word: "succeeded") { facts, tx in try record(.success(value), facts, tx) }
        } catch StripeFailure.refused(let error) {
            return refused(error, record)
        }
    }

    static func refused<Answer>(_ error: StripeError, _ record: @escaping Intention.Record<Answer>) -> Conclusion {
        Conclusion(word: "refused") { facts, tx in try record(.failure(error), facts, tx) }
    }
}
