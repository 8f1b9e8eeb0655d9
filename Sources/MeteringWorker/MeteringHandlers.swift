import Worker

/// Usage: attributed, added up, sent to Stripe's meters, and compared with what Stripe counted.
enum MeteringHandlers {
    /// One per kind of job.
    static let all: [any StripeHandler] = [
        AttributeUsageHandler(),
        AttributeBackfillHandler(),
        FlushUsageHandler(),
        SendUsageHandler(),
        VoidUsageHandler(),
        ReattributeUsageHandler(),
        ReadErrorReportHandler(),
        SweepErrorReportsHandler(),
        CheckUsageHandler(),
        ChargeLateUsageHandler(),
    ]
}
