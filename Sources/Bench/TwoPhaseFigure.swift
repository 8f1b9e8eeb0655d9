import Daemon
import Jobs
import Postgres

/// `queue.two_phase`: every job enters its tenant twice: intend (the frozen call is committed), a call answered at
/// once, record (the answer and the job's end are committed together).
enum TwoPhaseFigure {
    static let jobsPerSecondMin = 4_000.0

    /// Sessions of the handlers, and of pgbench: enough for commits to be written together.
    static let sessions = 24

    static func measure(_ server: BenchServer, seconds: Int = 6) async throws -> FigureLine {
        let template = try await server.load("bench_two_phase", jobs: 300_000, tenants: 1_000)
        try await server.clone(template, as: "bench_run")
        let limit = try await pgbench(server, seconds)
        try await server.clone(template, as: "bench_run")
        let value = try await worker(server, seconds)
        try await server.drop("bench_run")
        try await server.drop(template)
        return FigureLine(
            figure: "queue.two_phase", value: value, limit: limit, ratio: value / limit, unit: "jobs/s",
            pass: value >= jobsPerSecondMin,
            note:
                "two durable commits a job, \(sessions) sessions, against pgbench with the same SQL but no claims; "
                + "bar: >= 4000 jobs/s on 2 idle cores")
    }

    private static func pgbench(_ server: BenchServer, _ seconds: Int) async throws -> Double {
        try await server.execute("claim-all.sql", in: "bench_run")
        try await server.pgbench(
            "two-phase.pgbench", in: "bench_run", sessions: sessions, seconds: seconds,
            variables: ["n": "-\(sessions)", "step": "\(sessions)"])
        return Double(try await ended(server)) / Double(seconds)
    }

    private static func worker(_ server: BenchServer, _ seconds: Int) async throws -> Double {
        let name = "bench_run"
        let limits = WorkLimits.bench
        let queueDatabase = Database(
            server.conninfo("tollgate_worker", name), sessions: limits.sessions, name: "bench", waitLimit: .seconds(30))
        let handlers = Database(
            server.conninfo("tollgate_worker", name), sessions: sessions, name: "bench-handlers",
            waitLimit: .seconds(30))
        let loop = WorkLoop(
            database: queueDatabase, queue: .access, limits: limits, identity: .ofProcess(version: "bench")
        ) { job in
            do {
                try await handlers.transaction(entering: EnterJob(job)) { tx in
                    tx.send(InsertBenchCall(command: job.id))
                }
                try await handlers.transaction(entering: EnterJob(job)) { tx in
                    tx.send(MarkBenchCallAnswered(command: job.id))
                    tx.send(FinishJob(job, .done(result: nil)))
                }
                return .recorded
            } catch {
                return .retry(JobFailure(message: "\(error)"))
            }
        }
        let shutdown = ShutdownSignal()
        let start = ContinuousClock.now
        await withDiscardingTaskGroup { group in
            group.addTask { await loop.run(until: shutdown) }
            try? await Task.sleep(for: .seconds(seconds))
            shutdown.request()
        }
        let took = Double((ContinuousClock.now - start).microseconds) / 1e6
        await handlers.close()
        await queueDatabase.close()
        return Double(try await ended(server)) / took
    }

    /// Jobs that ended with their call answered; a job that ended without would be a lie.
    private static func ended(_ server: BenchServer) async throws -> Int {
        let done = try await server.number(BenchQueryStatements.commandsDone, in: "bench_run")
        let answered = try await server.number(BenchQueryStatements.callsAnswered, in: "bench_run")
        guard done == answered else {
            throw ExitError(code: 1, message: "\(done) jobs ended, \(answered) calls answered")
        }
        return done
    }
}
