public import Jobs
public import Postgres

/// The product exists at Stripe.
public struct MarkProductPublished: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.product SET stripe_product = $2, updated_at = now() WHERE id = $1 AND stripe_product IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Product.ID, product: String) {
        parameters = [.uuid(id.rawValue), .text(product)]
    }
}

/// The price exists at Stripe.
public struct MarkPricePublished: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.price SET stripe_price = $2 WHERE id = $1 AND stripe_price IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Price.ID, price: String) {
        parameters = [.uuid(id.rawValue), .text(price)]
    }
}
