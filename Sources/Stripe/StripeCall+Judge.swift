extension StripeCall {
    /// Reads an answer as what this kind of call promises, or sorts the refusal. Needs no network, so that what a
    /// handler records can be tested with an answer alone.
    public static func judge(_ answer: StripeAnswer) throws(StripeFailure) -> Answer {
        try StripeJudgement.judge(answer, as: Answer.self)
    }
}
