import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// One request on its way through a route.
struct Call: Sendable {
    /// What came in.
    var request: Request
    /// The pattern's parameters.
    var parameters: [String: String]
    /// Where it goes.
    let route: Route
    /// What it may use.
    let gateway: Gateway
    /// Who asks, where the route asks for somebody.
    let asker: Caller?
    /// How the resource at this address reads, where it can be read: see `requireFresh`.
    var resource: Route.Reading?

    /// The id in the path. A misspelt one is like one that is not there.
    func id<Entity: Identified>(_ name: String) throws -> Identifier<Entity> {
        guard let id = parameters[name].flatMap(Identifier<Entity>.init) else { throw Problem.notFound(name) }
        return id
    }

    /// The fields of the body.
    func fields() throws -> Fields { try Fields(body: request.body) }

    /// Whether the body says null for a field: a PATCH that clears it.
    func clears(_ name: String) -> Bool {
        (try? JSON.parse(request.body))?[name] == .null
    }

    /// Shows the key to the database.
    func caller() throws -> Caller {
        guard let asker else { throw Problem.invalidKey }
        return asker
    }

    /// Reads as the caller, in one transaction; its first statement goes out together with the entry.
    func read<Output: Sendable>(
        _ body: @Sendable (borrowing Transaction<TenantScope>) throws -> Output
    ) async throws -> Output {
        try await gateway.database.transaction(entering: caller().entry, body)
    }

    /// The same, where what the caller may see depends on more than the route's scope.
    func reading<Output: Sendable>(
        _ body: @Sendable (KeyEntrance, borrowing Transaction<TenantScope>) throws -> Output
    ) async throws -> Output {
        try await gateway.database.transaction(entering: caller().entry, body)
    }

    /// The query's names, checked against those the route knows: a misspelt filter must not be a filter that is not
    /// there.
    func query(_ known: String...) throws -> HTTPQuery {
        guard !request.query.hasDuplicates else {
            throw Problem(.invalidQuery, "A name stands in the query more than once.")
        }
        for name in request.query.names where !known.contains(name) && name != "dry_run" {
            let nearest = NearestName.find(name, among: Set(known)).map { " Did you mean \($0)?" } ?? ""
            let detail =
                known.isEmpty ? "No query is known here." : "The query may hold \(known.joined(separator: ", "))."
            throw Problem(.invalidQuery, detail + nearest, param: ToldName.of(name))
        }
        return request.query
    }
}
