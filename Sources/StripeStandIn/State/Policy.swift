/// What the operator decides about this stand-in; Stripe decides the same things in its Dashboard or not at all.
struct Policy: Sendable {
    /// What becomes of a subscription after the last retry.
    enum FinalOutcome: String, Sendable { case cancel, unpaid, pastDue = "past_due" }

    /// Where browsers reach the pages; used in the URLs of sessions, links and invoices.
    var publicURL = "http://stripe-stand-in.test"
    /// Whether calls over the rate limits are refused.
    var limitsRates = true
    /// Calls per second and account with test keys; live keys have four times as many.
    var testCallsPerSecond = 25
    /// Calls per second and endpoint.
    var endpointCallsPerSecond = 25
    /// Live meter events per second and account.
    var meterEventsPerSecond = 1_000
    /// Days from each failed attempt to the next one.
    var retryDays: [Int64] = [3, 5, 7, 7]
    /// What happens after the last attempt.
    var finalOutcome = FinalOutcome.cancel
    /// Seconds from a subscription invoice's draft to its finalization.
    var draftSeconds: Int64 = 3_600
    /// Seconds between the tries of one webhook delivery; after the last one it is given up.
    var deliveryRetrySeconds: [Int64] = [2, 10, 60, 300, 1_800]
    /// Whether advancing a test clock answers `advancing` first, as Stripe does, instead of being done at once.
    var advancesLater = false
    /// Whether only keys made through the control endpoints are taken.
    var knownKeysOnly = false
    /// Account that may create connected accounts; nil lets every account do so.
    var platformAccount: String?
    /// Seconds from the first meter event that does not count to the report that tells of it and those since.
    var meterReportSeconds: Int64 = 0
    /// Whether a v1 meter event that does not count is refused at once, instead of taken and reported later.
    var checksUsageAtOnce = false
    /// Objects of one account and mode at most.
    var objectsMax = 500_000
}
