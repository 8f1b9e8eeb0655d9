import Daemon
import Jobs
import Postgres

/// `queue.two_phase`: every job enters its tenant twice: intend (the frozen call is committed), a call answered at
/// once, record (the answer and the job's end are committed together).
enum TwoPhaseFigure {
    static let jobsPerSecondMin = 4_000.0

    static func measure(_ server: BenchServer, seconds: Int = 6) async throws -> FigureLine {
        let name = try await server.load("bench_two_phase", jobs: 300_000, tenants: 1_000)
        let limits = WorkLimits.bench
        let queueDatabase = Database(
            server.conninfo("tollgate_worker", name), sessions: limits.sessions, name: "bench", waitLimit: .seconds(30))
        let handlers = Database(
            server.conninfo("tollgate_worker", name), sessions: 24, name: "bench-handlers", waitLimit: .seconds(30))
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
        let done = try await server.number(BenchQueryStatements.commandsDone, in: name)
        let answered = try await server.number(BenchQueryStatements.callsAnswered, in: name)
        try await server.drop(name)
        let value = Double(done) / took
        return FigureLine(
            figure: "queue.two_phase", value: value, limit: jobsPerSecondMin, ratio: value / jobsPerSecondMin,
            unit: "jobs/s",
            pass: value >= jobsPerSecondMin && answered == done, note: "two durable commits a job; bar: >= 4000 jobs/s")
    }
}
