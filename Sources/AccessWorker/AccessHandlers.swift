import Worker

/// What Stripe tells, what it means for a client's access, and what was never told.
enum AccessHandlers {
    /// One per kind of job.
    static let all: [any StripeHandler] = [
        ApplyEventHandler(),
        SweepEventsHandler(),
        EnforceDeadlineHandler(),
        ReconcileHandler(),
        ReconcileNightlyHandler(),
        ForgetOldRowsHandler(),
    ]
}
