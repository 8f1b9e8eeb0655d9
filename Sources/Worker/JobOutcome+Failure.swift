public import Jobs

extension JobOutcome {
    /// What becomes of a try that is no call to Stripe and failed on our side. What passes by itself, such as a
    /// database that is away, counts no failure; the rest is tried again with growing pauses.
    public static func judging(_ error: any Error, of claim: ClaimedJob) -> JobOutcome {
        Verdicts.judge(error, of: claim).outcome
    }
}
