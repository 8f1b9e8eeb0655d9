public import Jobs
public import Postgres

/// What carries out one kind of job.
///
/// It holds no network, no retry and no transaction: it reads rows and says the next step, and the step says what to
/// record. It is asked again after every step and after every crash, so all it knows is in the rows.
public protocol StripeHandler: Sendable {
    /// The kind of job.
    associatedtype Work: Job

    /// Looks at the rows and says what comes next. Runs in the tenant's transaction, holding the job's lease; what it
    /// writes is committed before anything is sent.
    func intend(_ work: Work, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step
}

/// What a handler wants next.
public enum Step: Sendable {
    /// One call to Stripe.
    case call(Intention)
    /// Nothing more.
    case finish(Outcome)
}
