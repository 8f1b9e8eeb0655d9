import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// One address of the API: who may use it, and what it does.
struct Route: Sendable {
    /// Whether requests carry an Idempotency-Key.
    enum Idempotency: Sendable {
        /// Nothing is changed, or the same twice is the same once.
        case none
        /// Honoured where it is sent.
        case optional
        /// It reaches Stripe or moves credits: asking again must be safe.
        case required
    }

    /// GET, POST, …
    let method: HTTPMethod
    /// Like `/v1/clients/{client}`.
    let pattern: String
    /// The scope asked of the API key; nil where none is.
    let scope: String?
    /// Whether there is a caller: nobody may ask without a key, but at the few open addresses.
    var asksForKey = true
    /// Whether requests carry an Idempotency-Key.
    let idempotency: Idempotency
    /// Whether it rehearses on `dry_run` though it takes no Idempotency-Key; those that take one all do.
    var rehearses = false
    /// Whether it makes something of `ext:…` in its body itself; else every such id must be known.
    var readsReferences = false
    /// What it does.
    let act: @Sendable (Call) async throws -> Response
    /// How the one resource at this address reads, where it is one: what `If-Match` is compared with inside the
    /// transaction of a change.
    var reading: Reading?

    /// Reads a resource inside a transaction.
    typealias Reading = @Sendable (Call, borrowing Transaction<TenantScope>) throws -> JSON

    /// Reads.
    static func get(
        _ pattern: String, _ scope: String, _ act: @escaping @Sendable (Call) async throws -> Response
    ) -> Route { Route(method: .get, pattern: pattern, scope: scope, idempotency: .none, act: act) }

    /// Reads one resource: its answers carry an ETag, and changes at the same address honour `If-Match`.
    static func show(_ pattern: String, _ scope: String, _ reading: @escaping Reading) -> Route {
        Route(
            method: .get, pattern: pattern, scope: scope, idempotency: .none,
            act: { call in try await call.read { tx in .json(.ok, try reading(call, tx)) } }, reading: reading)
    }

    /// Changes our rows only.
    static func post(
        _ pattern: String, _ scope: String, _ act: @escaping @Sendable (Call) async throws -> Response
    ) -> Route { Route(method: .post, pattern: pattern, scope: scope, idempotency: .optional, act: act) }

    /// Changes something at Stripe, later.
    static func stripe(
        _ pattern: String, _ scope: String, _ act: @escaping @Sendable (Call) async throws -> Response
    ) -> Route { Route(method: .post, pattern: pattern, scope: scope, idempotency: .required, act: act) }

    /// Moves credits: done twice it would count twice.
    static func credits(
        _ pattern: String, _ scope: String, _ act: @escaping @Sendable (Call) async throws -> Response
    ) -> Route { Route(method: .post, pattern: pattern, scope: scope, idempotency: .required, act: act) }

    /// Changes one of our rows.
    static func patch(
        _ pattern: String, _ scope: String, _ act: @escaping @Sendable (Call) async throws -> Response
    ) -> Route { Route(method: .patch, pattern: pattern, scope: scope, idempotency: .optional, act: act) }

    /// Replaces one of our things as a whole.
    static func put(
        _ pattern: String, _ scope: String, _ act: @escaping @Sendable (Call) async throws -> Response
    ) -> Route { Route(method: .put, pattern: pattern, scope: scope, idempotency: .optional, act: act) }

    /// Ends something.
    static func delete(
        _ pattern: String, _ scope: String, _ act: @escaping @Sendable (Call) async throws -> Response
    ) -> Route { Route(method: .delete, pattern: pattern, scope: scope, idempotency: .optional, act: act) }

    /// Replaces something at Stripe, later.
    static func stripePut(
        _ pattern: String, _ scope: String, _ act: @escaping @Sendable (Call) async throws -> Response
    ) -> Route { Route(method: .put, pattern: pattern, scope: scope, idempotency: .required, act: act) }

    /// Ends something at Stripe, later.
    static func stripeDelete(
        _ pattern: String, _ scope: String, _ act: @escaping @Sendable (Call) async throws -> Response
    ) -> Route { Route(method: .delete, pattern: pattern, scope: scope, idempotency: .required, act: act) }

    /// Reads what every key may read.
    static func anyKey(_ pattern: String, _ act: @escaping @Sendable (Call) async throws -> Response) -> Route {
        Route(method: .get, pattern: pattern, scope: nil, idempotency: .none, act: act)
    }

    /// For whoever has no API key: Stripe, and readers of the contract.
    static func open(
        _ method: HTTPMethod, _ pattern: String, _ act: @escaping @Sendable (Call) async throws -> Response
    ) -> Route {
        Route(method: method, pattern: pattern, scope: nil, asksForKey: false, idempotency: .none, act: act)
    }
}
