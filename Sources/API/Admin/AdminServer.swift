import Crypto
import Daemon
import FoundationEssentials
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// The operators' listener, on a port of its own: health and metrics for machines, the queues for people.
struct AdminServer: Sendable {
    private let database: Database
    private let health: Health
    private let token: Secret?
    private let clock: WallClock
    private let router: Router<Action>

    /// One thing the listener does.
    typealias Action = @Sendable (AdminServer, Request, [String: String]) async throws -> Response

    /// Looks through `database`, whose role may see every tenant's jobs; pages ask for `token` where there is one.
    init(database: Database, health: Health, token: Secret?, clock: WallClock) {
        self.database = database
        self.health = health
        self.token = token
        self.clock = clock
        var router = Router<Action>()
        router.add(.get, "/healthz/live") { _, _, _ in .json(.ok, ["status": "live"]) }
        router.add(.get, "/healthz/ready") { server, _, _ in await server.readiness() }
        router.add(.get, "/metrics") { server, _, _ in await server.metrics() }
        router.add(.get, "/admin/") { server, _, _ in try await server.overview() }
        router.add(.get, "/admin/queues") { server, _, _ in try await server.queues() }
        router.add(.get, "/admin/jobs") { server, request, _ in try await server.jobs(request) }
        router.add(.get, "/admin/jobs/{id}") { server, request, names in try await server.job(request, names) }
        router.add(.post, "/admin/jobs/{id}/{decision}") { server, request, names in
            try await server.decide(request, names)
        }
        self.router = router
    }

    /// Answers a request; no error escapes.
    func respond(to request: Request) async -> Response {
        var answer: Response
        do {
            guard case .found(let action, let names, let pattern) = router.match(request) else {
                throw Problem(.notFound, "There is nothing at this address. /admin/ shows the queues.")
            }
            if pattern.hasPrefix("/admin/") { try admit(request) }
            answer = try await action(self, request, names)
            answer.route = pattern
        } catch {
            answer = Problem(error).response(requestID: request.id, base: "")
        }
        return answer
    }

    /// Bearer token, or the password of any user name, so that a browser can ask for it.
    ///
    /// Without a token being on loopback is all the proof there is, and a page whose own name was made to lead to
    /// loopback (DNS rebinding) brings a browser there: then the name asked for must be loopback's.
    private func admit(_ request: Request) throws {
        guard let token else {
            guard let host = request.headers["Host"], !Self.isLoopback(host) else { return }
            throw Problem(
                .scopeMissing, "Without TOLLGATE_ADMIN_TOKEN these pages answer to 127.0.0.1 and localhost only.")
        }
        var problem = Problem(.invalidAPIKey, "These pages need the operator's token.", param: "Authorization")
        problem.headers = [("WWW-Authenticate", "Basic realm=\"tollgate\", charset=\"UTF-8\"")]
        guard let header = request.headers["Authorization"] else { throw problem }
        let parts = header.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw problem }
        var given = Array(parts[1].utf8)
        if parts[0].lowercased() == "basic" {
            let decoded = Data(base64Encoded: parts[1]).map(Array.init) ?? []
            given = Array(decoded.drop { $0 != UInt8(ascii: ":") }.dropFirst())
        }
        guard token.revealBytes({ constantTimeEqual(SHA256.digest($0), SHA256.digest(given)) }) else { throw problem }
    }

    private static func isLoopback(_ host: String) -> Bool {
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : host.prefix { $0 != ":" }
        return ["127.0.0.1", "localhost", "[::1]"].contains(name.lowercased())
    }

    private func readiness() async -> Response {
        let obstacles = await health.obstacles()
        return .json(
            obstacles.isEmpty ? .ok : .serviceUnavailable,
            ["status": obstacles.isEmpty ? "ready" : "not_ready", "reasons": .array(obstacles.map(JSON.string))])
    }

    private func metrics() async -> Response {
        if let depth = try? await look({ tx in try tx.run(ListQueueDepth()) }) { QueueMetrics.set(depth) }
        if let workers = try? await look({ tx in try tx.run(ListWorkers()) }) { QueueMetrics.set(workers) }
        var response = Response.text(.ok, Metrics.render())
        response.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
        return response
    }

    private func queues() async throws -> Response {
        let (depth, workers, paused) = try await look { tx in
            (try tx.run(ListQueueDepth()), try tx.run(ListWorkers()), try tx.run(ListPausedLanes()))
        }
        return .json(.ok, AdminAnswers.queues(depth, workers, paused))
    }

    private func overview() async throws -> Response {
        let page = try await look { tx in
            AdminPages.overview(
                depth: try tx.run(ListQueueDepth()), workers: try tx.run(ListWorkers()),
                paused: try tx.run(ListPausedLanes()),
                dead: try tx.run(ListJobs(state: "dead", limit: 50)),
                retrying: try tx.run(ListJobs(state: "retrying", limit: 20)))
        }
        return .html(.ok, page.markup)
    }

    private func jobs(_ request: Request) async throws -> Response {
        let filter = try JobFilter(request.query)
        let jobs = try await look { tx in
            try tx.run(
                ListJobs(
                    queue: filter.queue, state: filter.state, tenant: filter.tenant, limit: filter.limit,
                    before: filter.before))
        }
        if wantsPage(request) { return .html(.ok, AdminPages.jobs(jobs, filter: filter).markup) }
        return .json(
            .ok,
            [
                "object": "list", "url": "/admin/jobs", "has_more": .bool(jobs.count == filter.limit),
                "data": .array(jobs.map(AdminAnswers.summary)),
            ])
    }

    private func job(_ request: Request, _ names: [String: String]) async throws -> Response {
        let id = try commandID(names)
        let found = try await look { tx in (try tx.first(FindJob(id)), try tx.run(ListJobEvents(id))) }
        guard let job = found.0 else { throw Problem.notFound("command") }
        if wantsPage(request) { return .html(.ok, AdminPages.job(job, events: found.1).markup) }
        return .json(.ok, AdminAnswers.details(job, events: found.1))
    }

    /// Retry, skip or cancel. A browser that was led here by another site's page is turned away.
    private func decide(_ request: Request, _ names: [String: String]) async throws -> Response {
        guard let decision = names["decision"].flatMap(ResolveJob.Decision.init(rawValue:)) else {
            throw Problem.notFound("decision")
        }
        let site = request.headers["Sec-Fetch-Site"]
        let origin = request.headers["Origin"]
        guard site == nil || site == "same-origin" || site == "none",
            origin == nil || origin == request.headers["Host"].map({ "http://\($0)" })
                || origin == request.headers["Host"].map({ "https://\($0)" })
        else { throw Problem(.scopeMissing, "This request came from another site's page.") }
        let id = try commandID(names)
        let answer = try await look { tx in
            try tx.first(ResolveJob(id, decision, actor: "operator:\(request.remoteAddress)")) ?? "unknown"
        }
        guard answer != "unknown" else { throw Problem.notFound("command") }
        guard wantsPage(request) else {
            return .json(.ok, ["decision": .string(decision.rawValue), "answer": .string(answer)])
        }
        var response = Response(.seeOther)
        response.headers["Location"] = "/admin/jobs/\(AdminAnswers.id(id))"
        return response
    }

    private func look<Output: Sendable>(
        _ body: @Sendable (borrowing Transaction<PlatformScope>) throws -> Output
    ) async throws -> Output {
        try await database.transaction(in: PlatformScope.self, body)
    }

    private func commandID(_ names: [String: String]) throws -> UUID {
        guard let text = names["id"], text.hasPrefix("cmd_"), let id = UUID(hex: String(text.dropFirst(4))) else {
            throw Problem.notFound("command")
        }
        return id
    }

    private func wantsPage(_ request: Request) -> Bool { request.headers["Accept"]?.contains("text/html") ?? false }
}

/// What a list of jobs is narrowed by.
struct JobFilter: Sendable {
    /// The states of the queue.
    static let states = ["ready", "running", "scheduled", "retrying", "blocked", "dead"]

    /// Of one queue.
    let queue: String?
    /// In one state.
    let state: String?
    /// Of one tenant.
    let tenant: UUID?
    /// Older than this row.
    let before: Int64?
    /// At most so many.
    let limit: Int

    /// Reads the query.
    init(_ query: HTTPQuery) throws {
        let known = ["queue", "state", "tenant", "before", "limit"]
        guard !query.hasDuplicates, query.names.allSatisfy(known.contains) else {
            throw Problem(.invalidQuery, "The query may hold \(known.joined(separator: ", ")).")
        }
        queue = query["queue"].flatMap { $0.isEmpty ? nil : $0 }
        state = query["state"].flatMap { $0.isEmpty ? nil : $0 }
        let limit = query["limit"].map { Int($0) } ?? 50
        let before = query["before"].map { Int64($0) }
        let tenant = query["tenant"].map { $0.hasPrefix("tn_") ? UUID(hex: String($0.dropFirst(3))) : nil }
        guard queue == nil || queue.flatMap(QueueName.init(rawValue:)) != nil else {
            throw Problem(.invalidQuery, "There is no such queue.", param: "queue")
        }
        guard state == nil || Self.states.contains(state ?? "") else {
            throw Problem(.invalidQuery, "state must be one of \(Self.states.joined(separator: ", ")).", param: "state")
        }
        guard let limit, (1...500).contains(limit) else {
            throw Problem(.invalidQuery, "limit must be a whole number from 1 to 500.", param: "limit")
        }
        if case .some(.none) = before { throw Problem(.invalidQuery, "before must be a number.", param: "before") }
        if case .some(.none) = tenant { throw Problem(.invalidQuery, "tenant must be an id tn_….", param: "tenant") }
        self.limit = limit
        self.before = before ?? nil
        self.tenant = tenant ?? nil
    }
}
