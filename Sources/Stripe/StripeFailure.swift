/// Why a call gave no answer we can use, sorted by what the worker must do about it (STRIPE.md's error table).
public enum StripeFailure: Error, Sendable, Equatable {
    /// A definite no: nothing happened, and the same request will be refused again.
    case refused(StripeError)
    /// 401 or 403: the tenant's credentials, not the request. Nothing happened.
    case credentials(StripeError)
    /// Nothing happened; ask again later. `reason` is Stripe's, or `lock_timeout`.
    case rateLimited(after: Duration?, reason: String, requestID: String?)
    /// It may or may not have happened: send the same bytes under the same key.
    case unknown(reason: String, status: Int?, requestID: String?)
    /// Stripe's stored answer for this key is a failure and will be replayed for ever: look before asking anew.
    case storedFailure(StripeError)
    /// Surely never left this machine.
    case notSent(reason: String)
}
