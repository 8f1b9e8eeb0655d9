import Daemon
import Jobs
import Postgres

/// `queue.drain`: jobs that do nothing, of 1,000 skewed tenants, through one worker process, against pgbench running
/// the same claim and finish SQL with as many sessions. Each side gets fresh copies of the same database, by turns.
enum DrainFigure {
    static let jobsPerSecondMin = 16_000.0
    static let ratioMin = 0.7

    static func measure(_ server: BenchServer, seconds: Int = 4, turns: Int = 2) async throws -> FigureLine {
        let template = try await server.load("bench_drain", jobs: 1_000_000, tenants: 1_000)
        var ours: [Double] = []
        var theirs: [Double] = []
        for _ in 0..<turns {
            try await server.clone(template, as: "bench_run")
            theirs.append(try await pgbench(server, seconds))
            try await server.clone(template, as: "bench_run")
            ours.append(try await worker(server, seconds))
        }
        try await server.drop("bench_run")
        try await server.drop(template)
        let value = ours.max() ?? 0
        let limit = theirs.max() ?? 0
        return FigureLine(
            figure: "queue.drain", value: value, limit: limit, ratio: value / limit, unit: "jobs/s",
            pass: value >= jobsPerSecondMin && value / limit >= ratioMin,
            note:
                "one worker process against pgbench, \(WorkLimits.bench.claimers + WorkLimits.bench.finishers) "
                + "sessions each; bar: ratio >= 0.7 and >= 16000 jobs/s on 2 idle cores")
    }

    private static func pgbench(_ server: BenchServer, _ seconds: Int) async throws -> Double {
        let before = try await server.number(BenchQueryStatements.jobsLeft, in: "bench_run")
        let worker = try await server.number(BenchQueryStatements.enroll, in: "bench_run")
        let sessions = WorkLimits.bench.claimers + WorkLimits.bench.finishers
        try await server.pgbench(
            "drain.pgbench", in: "bench_run", sessions: sessions, seconds: seconds,
            variables: ["worker": "\(worker)", "cursor": "0"])
        let after = try await server.number(BenchQueryStatements.jobsLeft, in: "bench_run")
        return Double(before - after) / Double(seconds)
    }

    private static func worker(_ server: BenchServer, _ seconds: Int) async throws -> Double {
        let limits = WorkLimits.bench
        let database = Database(
            server.conninfo("tollgate_worker", "bench_run"), sessions: limits.sessions, name: "bench",
            waitLimit: .seconds(10))
        let loop = WorkLoop(
            database: database, queue: .access, limits: limits, identity: .ofProcess(version: "bench")
        ) { _ in .done(result: nil) }
        let before = try await server.number(BenchQueryStatements.jobsLeft, in: "bench_run")
        let shutdown = ShutdownSignal()
        let start = ContinuousClock.now
        await withDiscardingTaskGroup { group in
            group.addTask { await loop.run(until: shutdown) }
            try? await Task.sleep(for: .seconds(seconds))
            shutdown.request()
        }
        let took = ContinuousClock.now - start
        await database.close()
        let after = try await server.number(BenchQueryStatements.jobsLeft, in: "bench_run")
        return Double(before - after) / (Double(took.microseconds) / 1e6)
    }
}

extension WorkLimits {
    /// What the figures are measured with.
    static var bench: WorkLimits {
        var limits = WorkLimits(slots: 2_048)
        limits.pollInterval = .milliseconds(200)
        return limits
    }
}
