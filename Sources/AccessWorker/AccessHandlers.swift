import Worker

/// What Stripe tells, and what it means for a client's access.
enum AccessHandlers {
    /// One per kind of job.
    static let all: [any StripeHandler] = [ApplyEventHandler(), SweepEventsHandler(), EnforceDeadlineHandler()]
}
