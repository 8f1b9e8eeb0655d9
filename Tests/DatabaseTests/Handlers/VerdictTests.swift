import Daemon
@testable import Jobs
import Postgres
import Stripe
import Testing
@testable import Worker

/// What went wrong, and what happens next.
struct VerdictTests {
    private static func claim(attempt: Int = 1) -> ClaimedJob {
        ClaimedJob(
            id: 1, tenant: 1, lease: 1, attempt: attempt, kind: "k", payload: "{}", deadline: Timestamp(seconds: 0))
    }
    private static let refusal = StripeError(status: 400, type: "invalid_request_error", message: "no")

    @Test(arguments: [
        (StripeFailure.refused(refusal), "dead"),
        (.credentials(StripeError(status: 401, type: "invalid_request_error", message: "no")), "snoozed"),
        (.rateLimited(after: nil, reason: "global-rate", requestID: nil), "snoozed"),
        (.rateLimited(after: .seconds(7), reason: "lock_timeout", requestID: nil), "snoozed"),
        (.unknown(reason: "timeout", status: nil, requestID: nil), "snoozed"),
        (.unknown(reason: "server", status: 503, requestID: "req_1"), "snoozed"),
        (.unknown(reason: "idempotency_key_in_use", status: 409, requestID: nil), "snoozed"),
        (.unknown(reason: "external", status: 424, requestID: nil), "snoozed"),
        (.unknown(reason: "unreadable answer", status: 200, requestID: nil), "retry"),
        (.storedFailure(refusal), "retry"),
        (.notSent(reason: "connection refused"), "snoozed"),
    ])
    func `Stripe's failures: only what may be our fault counts as one`(failure: StripeFailure, word: String) {
        #expect(Verdicts.judge(failure, of: Self.claim()).outcome.word == word)
    }

    @Test func `R7: a 429 reaches the queue as such, with the pause Stripe asked for`() {
        let failure = StripeFailure.rateLimited(after: .seconds(7), reason: "global-rate", requestID: "req_1")
        let verdict = Verdicts.judge(failure, of: Self.claim())
        guard case .snooze(let pause, let why?) = verdict.outcome else { return #expect(Bool(false), "no snooze") }
        #expect(pause == .seconds(7) && why.status == 429 && why.code == "global-rate" && why.retryAfter == .seconds(7))
    }

    @Test func `pauses grow to five minutes while Stripe is away`() {
        let pauses = [1, 2, 3, 9, 40].map { attempt -> Duration? in
            let verdict = Verdicts.judge(.notSent(reason: "x"), of: Self.claim(attempt: attempt))
            if case .snooze(let pause, _) = verdict.outcome { return pause }
            return nil
        }
        #expect(pauses == [.seconds(1), .seconds(2), .seconds(4), .seconds(256), .seconds(300)])
    }

    @Test(arguments: [
        (PostgresError.unreachable("gone"), "snoozed"), (.poolExhausted, "snoozed"), (.commitUnknown, "snoozed"),
        (.refused(.deadlockDetected, message: "", constraint: nil), "snoozed"),
        (.refused(.checkViolation, message: "", constraint: "x"), "retry"), (.noRow("x"), "retry"),
    ])
    func `the database's failures`(error: PostgresError, word: String) {
        #expect(Verdicts.judge(error).word == word)
    }

    @Test func `a lost lease is dropped without a word`() {
        #expect(Verdicts.judge(.refused(.leaseLost, message: "", constraint: nil)) == .snooze(.zero, nil))
    }
}
