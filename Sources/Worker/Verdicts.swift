internal import Crypto
internal import Daemon
internal import Jobs
internal import Postgres
internal import Stripe

/// The one table from what went wrong to what happens next. Handlers never see these failures.
enum Verdicts {
    /// What happens next, and what must be recorded besides the attempt.
    struct Verdict {
        var outcome: JobOutcome
        var effect = Effect.none

        /// So often a look that comes again by itself is tried: some eight minutes while Stripe is away.
        private static let triesOfLook = 10

        /// A look that comes again by itself is given up in favour of the next one after some tries, or more and more
        /// of them would wait. What Stripe says of the key and of the pace is heard as always: the queue stops by it.
        func leavingItToTheNext(after claim: ClaimedJob) -> Verdict {
            guard claim.attempt >= Self.triesOfLook else { return self }
            let failure: JobFailure
            switch outcome {
            case .snooze(_, let why?), .retry(let why): failure = why
            default: return self
            }
            if let status = failure.status, [401, 403, 429].contains(status) { return self }
            let refusal = Refusal(failure.code ?? "no_answer", failure.message)
            return Verdict(outcome: .failed(problem: refusal.json), effect: effect)
        }
    }

    /// What must be recorded besides the attempt.
    enum Effect: Equatable {
        case none
        /// Stripe's stored answer is a failure: look before sending anew.
        case undecided(StripeError)
        /// The tenant's key is refused.
        case keyRefused(StripeError)
        /// The tenant's key works, and may not do this.
        case permissionMissing(StripeError)
    }

    /// Judges what a call, or the transaction around it, threw.
    static func judge(_ error: any Error, of claim: ClaimedJob) -> Verdict {
        switch error {
        case let failure as StripeFailure: judge(failure, of: claim)
        case let error as PostgresError: Verdict(outcome: judge(error))
        case Route.Obstacle.wait(let pause, let failure): Verdict(outcome: .snooze(pause, failure))
        case Route.Obstacle.refuse(let refusal): Verdict(outcome: .failed(problem: refusal.json))
        case is CryptoError:
            Verdict(
                outcome: .retry(JobFailure(code: "sealed_secret", message: "the Stripe key cannot be opened: \(error)"))
            )
        case is CancellationError:
            Verdict(outcome: .snooze(.zero, JobFailure(code: "stopping", message: "its worker is stopping")))
        default: Verdict(outcome: .retry(JobFailure(code: "internal", message: "\(error)")))
        }
    }

    /// STRIPE.md's error table. A pause asked for by Stripe, or an outcome nobody knows, counts no failure: the same
    /// bytes under the same key are safe to send, and commands wait while Stripe is away.
    static func judge(_ failure: StripeFailure, of claim: ClaimedJob) -> Verdict {
        switch failure {
        case .refused(let error):
            return Verdict(outcome: .dead(Self.failure(error)))
        case .credentials(let error) where error.status == 403 && !error.isLockedOut:
            return lacking(error, claim)
        case .credentials(let error):
            return Verdict(outcome: .snooze(.seconds(5), Self.failure(error)), effect: .keyRefused(error))
        case .rateLimited(let after, let reason, let requestID):
            let failure = JobFailure(
                status: 429, code: reason, requestID: requestID, message: "Stripe asks to slow down: \(reason)",
                retryAfter: after)
            return Verdict(outcome: .snooze(after ?? .milliseconds(1_000 + 200 * Int64.random(in: 0...5)), failure))
        case .storedFailure(let error):
            return Verdict(outcome: .retry(Self.failure(error)), effect: .undecided(error))
        case .notSent(let reason):
            return Verdict(
                outcome: .snooze(pause(claim), JobFailure(code: "stripe_unreachable", message: "not sent: \(reason)")))
        case .unknown(let reason, let status, let requestID):
            let failure = JobFailure(
                status: status, code: status == nil ? "no_answer" : "unknown_outcome", requestID: requestID,
                message: reason)
            switch status {
            case 409?, 424?: return Verdict(outcome: .snooze(.milliseconds(Int64.random(in: 1_000...2_000)), failure))
            case let status? where status < 500: return Verdict(outcome: .retry(failure))
            default: return Verdict(outcome: .snooze(pause(claim), failure))
            }
        }
    }

    /// A restricted key that lacks a permission stops what needs it, and nothing else: the command waits for the key to
    /// be widened or replaced, for three days.
    private static func lacking(_ error: StripeError, _ claim: ClaimedJob) -> Verdict {
        var failure = failure(error)
        failure.code = "permission_missing"
        let holdsMax = 870
        return Verdict(
            outcome: claim.attempt > holdsMax ? .dead(failure) : .snooze(pause(claim), failure),
            effect: .permissionMissing(error))
    }

    /// The platform's own key is refused: an operator's matter, and no reason to stop the tenant.
    static func platformKeyRefused(_ error: StripeError) -> Verdict {
        Verdict(
            outcome: .snooze(
                .seconds(60),
                JobFailure(
                    code: "platform_key_refused", requestID: error.requestID,
                    message: "Stripe refuses the platform's key: \(error.message)")))
    }

    /// A lost lease drops the result: `fail` finds that the job is another worker's and changes nothing.
    static func judge(_ error: PostgresError) -> JobOutcome {
        if error.state == .leaseLost { return .snooze(.zero, nil) }
        if error.isTransient || error == .commitUnknown {
            return .snooze(.seconds(1), JobFailure(code: "database", message: "\(error)"))
        }
        return .retry(JobFailure(code: "database", message: "\(error)"))
    }

    /// A refusal as the command's history keeps it.
    static func failure(_ error: StripeError) -> JobFailure {
        JobFailure(
            status: error.status, code: error.code ?? error.type, requestID: error.requestID, message: error.message)
    }

    /// 1, 2, 4 … 300 seconds by how often the job was begun.
    private static func pause(_ claim: ClaimedJob) -> Duration {
        .seconds(min(300, 1 << min(max(claim.attempt, 1) - 1, 9)))
    }
}

extension SQLState {
    /// What `app.enter_job` and `jobq.finish_job` raise.
    static let leaseLost = SQLState(rawValue: "55000")
}
