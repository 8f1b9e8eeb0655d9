internal import Billing
public import Daemon
public import Jobs
public import Postgres
internal import Stripe

/// Carries out a job: intend, call, record, and again until the handler is done. The only code that makes a job's
/// calls.
///
/// The attempt is committed with its bytes and its key before anything is sent, no transaction is open during a call,
/// and what an answer says is recorded together with the end of the job. A worker that dies in between leaves an
/// unanswered attempt behind, and the next one sends the same bytes under the same key.
public struct StripeStep: Sendable {
    /// A handler with its payload, waiting to be asked.
    public typealias Intend = @Sendable (JobContext, borrowing Transaction<TenantScope>) throws -> Step

    /// More steps than a turn has: a handler that goes in circles is stopped.
    static let stepsMax = 60

    private let database: Database
    private let stripe: TenantStripe
    private let surroundings: Surroundings
    private let clock: WallClock
    private let kick: @Sendable (CommandReceipt) -> Void

    /// - Parameter kick: told of every follow-up command after its commit.
    public init(
        database: Database, stripe: TenantStripe, surroundings: Surroundings, clock: WallClock = .system,
        kick: @escaping @Sendable (CommandReceipt) -> Void
    ) {
        self.database = database
        self.stripe = stripe
        self.surroundings = surroundings
        self.clock = clock
        self.kick = kick
    }

    /// Carries out one claimed job. Never throws: whatever goes wrong is judged by `Verdicts`.
    public func perform(_ claim: ClaimedJob, _ intend: @escaping Intend) async -> JobOutcome {
        do {
            return try await walk(claim, intend)
        } catch {
            let verdict = Verdicts.judge(error, of: claim)
            return verdict.outcome
        }
    }

    private func walk(_ claim: ClaimedJob, _ intend: @escaping Intend) async throws -> JobOutcome {
        var turn = Turn.again
        var isAhead = false
        for count in 0..<Self.stepsMax {
            switch turn {
            case .over(let outcome):
                return outcome
            case .again:
                turn = try await ask(claim, intend)
            case .send(let call):
                // A call may take half a minute: near the deadline the job goes on under a new lease.
                guard count < 2 || clock.now() + .seconds(35) < claim.deadline else { return Self.long }
                turn = try await carryOut(call, claim)
                // What no turn sent before is progress: steps are numbered, and nobody goes in circles on new numbers.
                isAhead = isAhead || call.stored?.generation == 0
            }
        }
        if case .over(let outcome) = turn { return outcome }
        return isAhead ? Self.long : .dead(JobFailure(code: "no_progress", message: "its handler went in circles"))
    }

    private static let long = JobOutcome.snooze(
        .zero, JobFailure(code: "long", message: "it goes on in a new turn"))

    /// Asks the handler what comes next.
    private func ask(_ claim: ClaimedJob, _ intend: @escaping Intend) async throws -> Turn {
        let (turn, receipts) = try await database.transaction(entering: EnterJob(claim)) { tx in
            let calls = try tx.run(ListCalls(command: claim.id))
            let facts = try tx.one(FindCommandFacts(command: claim.id))
            let job = JobContext(
                command: Command.ID(rawValue: facts.id), claim: claim, now: facts.now, surroundings: surroundings,
                calls: calls, place: facts.place)
            let turn =
                switch try intend(job, tx) {
                case .call(let intention): try prepare(intention, job, claim, tx)
                case .finish(let outcome): try settle(outcome, job, claim, tx)
                }
            return (turn, job.receipts.drain())
        }
        receipts.forEach(kick)
        return turn
    }

    /// Sends a committed attempt and records the answer.
    private func carryOut(_ call: PreparedCall, _ claim: ClaimedJob) async throws -> Turn {
        let answer: Answer
        do {
            answer = try await send(call)
        } catch {
            let verdict = judge(error, call, claim)
            WorkerObservation.failed(call, claim, verdict.outcome).report()
            return try await .over(note(verdict, call, claim))
        }
        let (turn, receipts) = try await database.transaction(entering: EnterJob(claim)) { tx in
            if let stored = call.stored {
                tx.send(
                    MarkCallAnswered(
                        stored, outcome: answer.conclusion.word, status: answer.raw?.status,
                        requestID: answer.raw?.requestID, object: answer.raw.flatMap(ObjectName.read)))
            }
            if let denied = answer.denied { try tx.lackPermission(denied, by: call.key, call.job, for: claim.kind) }
            let facts = AnswerFacts(
                fetchSeq: call.fetchSeq, requestID: answer.raw?.requestID, drift: answer.drift)
            let outcome = try answer.conclusion.record(facts, tx)
            return (try settle(outcome, call.job, claim, tx), call.job.receipts.drain())
        }
        receipts.forEach(kick)
        return turn
    }

    /// What came back, and what is to be recorded of it.
    private struct Answer: Sendable {
        var conclusion: Conclusion
        var raw: StripeAnswer?
        var drift: Duration?
        /// The key lacks a permission, and the command does not wait for it.
        var denied: StripeError?
    }

    private func send(_ call: PreparedCall) async throws -> Answer {
        let start = ContinuousClock.now
        var drift: Duration?
        do {
            let raw = try await stripe.send(
                call.request, by: call.key, of: call.route, idempotencyKey: call.stored?.key)
            WorkerFigures.record(call, status: raw.status, took: ContinuousClock.now - start)
            drift = raw.date.map { clock.now() - $0 }
            if let drift { WorkerFigures.record(drift: drift) }
            return Answer(conclusion: try call.intention.conclude(raw), raw: raw, drift: drift)
        } catch StripeFailure.credentials(let error) {
            let isDenied = call.intention.isRepeated && error.status == 403 && !error.isLockedOut
            guard call.intention.seesRefusedKeys || isDenied && !call.key.isPlatform else {
                throw StripeFailure.credentials(error)
            }
            let denied = call.intention.seesRefusedKeys ? nil : error
            return Answer(conclusion: call.intention.refused(error), drift: drift, denied: denied)
        } catch let error as StripeFailure {
            WorkerFigures.record(error)
            throw error
        }
    }

    private func judge(_ error: any Error, _ call: PreparedCall, _ claim: ClaimedJob) -> Verdicts.Verdict {
        var verdict = Verdicts.judge(error, of: claim)
        if case StripeFailure.credentials(let refusal) = error, call.key.isPlatform,
            refusal.status == 401 || call.request.account == nil || !refusal.isLockedOut
        {
            verdict = Verdicts.platformKeyRefused(refusal)
        }
        return call.intention.isRepeated ? verdict.leavingItToTheNext(after: claim) : verdict
    }

    /// Records what a failure means beyond its attempt, in a transaction of its own.
    private func note(_ verdict: Verdicts.Verdict, _ call: PreparedCall, _ claim: ClaimedJob) async throws -> JobOutcome
    {
        switch verdict.effect {
        case .none: return verdict.outcome
        case .undecided(let error):
            guard let stored = call.stored else { return verdict.outcome }
            try await database.transaction(entering: EnterJob(claim)) { tx in
                tx.send(MarkCallUndecided(stored, status: error.status, requestID: error.requestID))
            }
        case .permissionMissing(let error):
            try await database.transaction(entering: EnterJob(claim)) { tx in
                try tx.lackPermission(error, by: call.key, call.job, for: claim.kind)
            }
        case .keyRefused(let error):
            try await database.transaction(entering: EnterJob(claim)) { tx in
                try tx.refuseKey(error, by: call.key, call.job)
            }
            call.job.receipts.drain().forEach(kick)
        }
        return verdict.outcome
    }
}

// MARK: Inside the transaction

extension StripeStep {
    /// What an outcome means for the job. `done` and `refused` end it here, together with what was recorded.
    private func settle(
        _ outcome: Outcome, _ job: JobContext, _ claim: ClaimedJob, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Turn {
        switch outcome {
        case .done(let result):
            job.forgetPlace(tx)
            tx.send(FinishJob(claim, .done(result: result)))
            return .over(.recorded)
        case .refused(let refusal):
            job.forgetPlace(tx)
            tx.send(FinishJob(claim, .failed(problem: refusal.json)))
            return .over(.recorded)
        case .again: return .again
        case .next(let intention): return try prepare(intention, job, claim, tx)
        case .snooze(let pause, let failure): return .over(.snooze(pause, failure))
        case .retry(let failure): return .over(.retry(failure))
        case .dead(let failure): return .over(.dead(failure))
        }
    }

    /// Makes an intention ready to be sent: the route, the place in the order of fetches, and for a write its attempt.
    private func prepare(
        _ intention: Intention, _ job: JobContext, _ claim: ClaimedJob, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Turn {
        let candidate: SealedSecret.ID? = if case .candidate(let id) = intention.credential { id } else { nil }
        let route = try tx.one(FindRoute(candidate: candidate))
        let (key, header): (Route.Key, String?)
        do {
            (key, header) = try route.resolve(intention.credential)
        } catch .wait(let pause, let failure) {
            return .over(.snooze(pause, failure))
        } catch .refuse(let refusal) {
            return try settle(.refused(refusal), job, claim, tx)
        }
        guard intention.isWrite else {
            let seq = try tx.one(TakeFetchSeq())
            return .send(
                PreparedCall(
                    intention: intention, request: intention.freeze(header), stored: nil, fetchSeq: seq, route: route,
                    key: key, job: job))
        }
        let last = try tx.run(ListCalls(command: claim.id, step: intention.step)).last
        if let last, last.isOpen { return try resume(last, intention, route, (key, header), job, claim, tx) }
        let stored = try tx.one(
            InsertCall(
                command: claim.id, step: intention.step, generation: last.map { $0.generation + 1 } ?? 0,
                request: intention.freeze(header), sentTo: route.account))
        return .send(PreparedCall(intention: intention, stored: stored, route: route, key: key, job: job))
    }

    /// An attempt whose end nobody knows: the same bytes under the same key, or a look when that is no longer safe.
    private func resume(
        _ stored: StoredCall, _ intention: Intention, _ route: Route, _ way: (key: Route.Key, header: String?),
        _ job: JobContext, _ claim: ClaimedJob, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Turn {
        if case .platform = way.key, stored.request.account != way.header {
            // It went out with the tenant's own key; with ours and without its header it would be for our own account.
            let message = "it was sent with the tenant's own key and never answered, and now goes through the platform"
            return .over(.dead(JobFailure(code: "account_changed", message: message)))
        }
        if let sentTo = stored.sentTo, let account = route.account, sentTo != account {
            return .over(
                .dead(
                    JobFailure(
                        code: "account_changed",
                        message: "it was sent to \(sentTo) and never answered, and the tenant is now \(account)")))
        }
        guard stored.mustLook else {
            return .send(PreparedCall(intention: intention, stored: stored, route: route, key: way.key, job: job))
        }
        guard let lookUp = intention.lookUp else {
            tx.send(MarkCallVoid(stored))
            return .again
        }
        return try prepare(lookUp(stored), job, claim, tx)
    }
}

/// Where a walk through a job stands.
enum Turn: Sendable {
    case again
    case send(PreparedCall)
    case over(JobOutcome)
}
