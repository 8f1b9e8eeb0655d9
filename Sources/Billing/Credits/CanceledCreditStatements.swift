public import Jobs
public import Postgres

/// Credits will not be bought after all: the command that was to do it was canceled before Stripe heard of it.
public struct MarkPurchaseCanceled: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.credit_purchase SET status = 'failed', problem = $2, updated_at = now()
         WHERE id = $1 AND status = 'preparing' AND stripe_payment_intent IS NULL AND stripe_session IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the purchase, and says why.
    public init(_ id: CreditPurchase.ID, problem: String) {
        parameters = [.uuid(id.rawValue), .json(problem)]
    }
}

/// Money for credits will not be given back after all: the command that was to do it was canceled before Stripe heard
/// of it.
public struct MarkCreditRefundCanceled: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.credit_refund SET status = 'canceled', problem = $2, updated_at = now()
         WHERE id = $1 AND status = 'preparing' AND stripe_refund IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the refund, and says why.
    public init(_ id: CreditRefund.ID, problem: String) {
        parameters = [.uuid(id.rawValue), .json(problem)]
    }
}
