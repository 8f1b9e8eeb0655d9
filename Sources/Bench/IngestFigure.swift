import Daemon
import Postgres

/// `usage.ingest`: usage told in requests of a thousand events by two clients, each stored durably before it is
/// answered; beside COPY of the very same rows by two sessions into a table with the same checks and indexes.
enum IngestFigure {
    static let eventsPerSecondMin = 50_000.0
    private static let database = "bench_ingest"
    private static let eventsEach = 1_000.0
    private static let seconds = 6

    static func measure(_ server: BenchServer) async throws -> FigureLine {
        let (ours, theirs, load) = try await APIFigures.withAPI(server, database) { api in
            try await prepare(server)
            _ = try await told(server, api, seconds: 2, seed: 1)
            let (ours, load) = try await told(server, api, seconds: seconds, seed: 2)
            return (ours, try await copied(server), load)
        }
        return FigureLine(
            figure: "usage.ingest", value: ours, limit: theirs, ratio: ours / theirs, unit: "events/s",
            pass: ours >= eventsPerSecondMin,
            note:
                "POST /v1/usage_events, 1,000 new events a request, 2 clients (wrk, 2 connections), "
                + "p50 \(load.p50) ms, p99 \(load.p99) ms, durable, against COPY of the same rows by 2 sessions; "
                + "bar: >= 50000 events/s on 2 idle cores")
    }

    private static func prepare(_ server: BenchServer) async throws {
        let session = AdministrativeSession(server.conninfo("postgres", database))
        try await session.run(BenchUsageStatements.agents)
        await session.close()
    }

    /// Events stored a second: by the rows that are there, never by what was answered.
    private static func told(
        _ server: BenchServer, _ api: APIProcess, seconds: Int, seed: Int
    ) async throws -> (perSecond: Double, load: Wrk) {
        let before = try await server.number(BenchUsageStatements.events, in: database)
        let load = try await Wrk.run(
            "usage.lua", in: server.scripts, against: api.url, connections: 2, seconds: seconds,
            environment: ["BENCH_API_KEYS": api.keys.joined(separator: " "), "BENCH_SEED": "\(seed)"])
        let rows = Double(try await server.number(BenchUsageStatements.events, in: database) - before)
        let answered = load.perSecond * eventsEach
        // Every event of an answered request is a row, or the figure is of something else.
        guard rows >= answered * Double(seconds) * 0.95 else {
            throw ExitError(code: 1, message: "\(Int(rows)) rows after \(answered) events/s for \(seconds) s")
        }
        return (min(rows / Double(seconds), answered), load)
    }

    private static func copied(_ server: BenchServer) async throws -> Double {
        let session = AdministrativeSession(server.conninfo("postgres", database))
        guard let folder = try await session.run(BenchUsageStatements.folder).first?.first.flatMap({ $0 }) else {
            throw ExitError(code: 1, message: "the server does not say where its files are")
        }
        let files = [1, 2].map { "\(folder)/bench_rows_\($0)" }
        // The last requests of the load may still be on their way: one look for both halves.
        try await session.run(BenchUsageStatements.freeze)
        for (index, file) in files.enumerated() {
            try await session.run(BenchUsageStatements.writeHalf(index + 1, to: file))
        }
        try await session.run(BenchUsageStatements.copyTable)
        try await session.run("CHECKPOINT")
        let start = ContinuousClock.now
        try await withThrowingDiscardingTaskGroup { group in
            for file in files {
                group.addTask {
                    let reader = AdministrativeSession(server.conninfo("postgres", database))
                    try await reader.run(BenchUsageStatements.readHalf(file))
                    await reader.close()
                }
            }
        }
        let took = Double((ContinuousClock.now - start).microseconds) / 1e6
        await session.close()
        let rows = try await server.number(BenchUsageStatements.copied, in: database)
        let frozen = try await server.number(BenchUsageStatements.frozen, in: database)
        guard rows == frozen else {
            throw ExitError(code: 1, message: "COPY brought \(rows) rows of \(frozen)")
        }
        return Double(rows) / took
    }
}
