import Daemon
import FoundationEssentials
import Postgres

/// `api.enqueue` and `api.access`: the real API over HTTP on loopback, loaded by wrk.
enum APIFigures {
    static let enqueueRatioMin = 0.6
    static let accessP99Max = 5.0
    private static let tenants = 32
    private static let seconds = 6
    private static let turns = 2

    /// POST /v1/products from 64 connections, against pgbench running the same transaction with as many sessions as the
    /// API.
    static func enqueue(_ server: BenchServer) async throws -> FigureLine {
        let (ours, theirs) = try await withAPI(server, "bench_enqueue") { api in
            var ours: [Double] = []
            var theirs: [Double] = []
            for turn in 0..<turns {
                let load = try await Wrk.run(
                    "enqueue.lua", in: server.scripts, against: api.url, connections: 64, seconds: seconds,
                    environment: ["BENCH_API_KEYS": api.keys.joined(separator: " "), "BENCH_SEED": "\(turn)"])
                ours.append(load.perSecond)
                theirs.append(try await pgbench(server))
            }
            return (ours.max() ?? 0, theirs.max() ?? 0)
        }
        return FigureLine(
            figure: "api.enqueue", value: ours, limit: theirs, ratio: ours / theirs, unit: "requests/s",
            pass: ours / theirs >= enqueueRatioMin,
            note:
                "POST /v1/products, wrk, 64 connections, \(APIProcess.sessions) sessions, against pgbench with the "
                + "same SQL "
                + "and sessions; bar: ratio >= \(enqueueRatioMin)")
    }

    /// GET /v1/clients/{client}/access from 8 connections that ask without pause.
    static func access(_ server: BenchServer) async throws -> FigureLine {
        let load = try await withAPI(server, "bench_access") { api in
            let environment = ["BENCH_CLIENTS": try await makeClients(server, api)]
            // The first request of a key in a minute writes when it was used; wrk lets one stall count many times.
            _ = try await Wrk.run(
                "access.lua", in: server.scripts, against: api.url, connections: 8, seconds: 2,
                environment: environment)
            return try await Wrk.run(
                "access.lua", in: server.scripts, against: api.url, connections: 8, seconds: seconds,
                environment: environment)
        }
        return FigureLine(
            figure: "api.access.p99", value: load.p99, limit: accessP99Max, ratio: load.p99 / accessP99Max, unit: "ms",
            pass: load.p99 <= accessP99Max,
            note: "access check, wrk, 8 connections without pause, \(Int(load.perSecond)) requests/s meanwhile, "
                + "p50 \(load.p50) ms, p90 \(load.p90) ms")
    }

    /// Runs `body` beside an API on a database of its own; both are gone afterwards, whatever happened.
    static func withAPI<Measured>(
        _ server: BenchServer, _ database: String, _ body: (APIProcess) async throws -> Measured
    ) async throws -> Measured {
        try await server.make(database)
        let api = try await APIProcess.start(server, database: database, tenants: tenants)
        let measured: Result<Measured, any Error>
        do {
            try await api.ready()
            measured = .success(try await body(api))
        } catch {
            measured = .failure(error)
        }
        await api.stop()
        try await server.drop(database)
        return try measured.get()
    }

    private static func makeClients(_ server: BenchServer, _ api: APIProcess) async throws -> String {
        let session = AdministrativeSession(server.conninfo("postgres", "bench_access"))
        try await session.run(BenchQueryStatements.clients)
        await session.close()
        return api.keys.enumerated().map { index, key in
            let number = "\(index + 1)"
            return "\(key) cl_01930000000070008000" + String(repeating: "0", count: 12 - number.count) + number
        }.joined(separator: ",")
    }

    private static func pgbench(_ server: BenchServer) async throws -> Double {
        let count = BenchQueryStatements.commands
        let before = try await server.number(count, in: "bench_enqueue")
        try await server.pgbench(
            "enqueue.pgbench", in: "bench_enqueue", sessions: APIProcess.sessions, seconds: seconds,
            variables: ["tenants": "\(tenants)"], role: "tollgate_gateway")
        return Double(try await server.number(count, in: "bench_enqueue") - before) / Double(seconds)
    }
}
