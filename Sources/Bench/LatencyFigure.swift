import Daemon
import Jobs
import Postgres
import Synchronization

/// `queue.latency`: from the commit of an enqueue to the job's first instruction, through kick and NOTIFY, with an idle
/// worker. Jobs come one by one, far enough apart for the worker to fall asleep.
enum LatencyFigure {
    static let medianMax = 5.0
    static let p99Max = 20.0

    static func measure(_ server: BenchServer, samples: Int = 400) async throws -> [FigureLine] {
        try await arrange(server, "bench_latency")
        let limits = WorkLimits(slots: 64)
        let queueDatabase = Database(
            server.conninfo("tollgate_worker", "bench_latency"), sessions: limits.sessions, name: "bench",
            waitLimit: .seconds(10))
        let gateway = Database(
            server.conninfo("tollgate_gateway", "bench_latency"), sessions: 2, name: "bench-gateway",
            waitLimit: .seconds(10))
        let starts = Mutex<[Int64: ContinuousClock.Instant]>([:])
        let loop = WorkLoop(
            database: queueDatabase, queue: .access, limits: limits, identity: .ofProcess(version: "bench")
        ) { job in
            starts.withLock { $0[job.id] = .now }
            return .done(result: nil)
        }
        let kicker = Kicker(gateway)
        let shutdown = ShutdownSignal()
        var commits: [Int64: ContinuousClock.Instant] = [:]
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await loop.run(until: shutdown) }
            group.addTask { await kicker.run() }
            try await Task.sleep(for: .seconds(1))
            for number in 0..<samples {
                let job = NothingJob(client: "\(number)", number: number)
                let receipt = try await gateway.transaction(entering: EnterBenchTenant()) { tx in try tx.enqueue(job) }
                commits[receipt.id] = .now
                kicker.kick(receipt)
                try await Task.sleep(for: .milliseconds(30))
            }
            shutdown.request()
            try await Task.sleep(for: .milliseconds(200))
            group.cancelAll()
        }
        await gateway.close()
        await queueDatabase.close()
        try await server.drop("bench_latency")
        let begun = starts.withLock { $0 }
        let waits = commits.compactMap { id, commit in
            begun[id].map { Double(($0 - commit).microseconds) / 1_000 }
        }.sorted()
        guard waits.count == samples else {
            throw ExitError(code: 1, message: "only \(waits.count) of \(samples) jobs ran")
        }
        return [
            line("queue.latency.p50", waits[samples / 2], medianMax),
            line("queue.latency.p99", waits[samples * 99 / 100], p99Max),
        ]
    }

    private static func line(_ figure: String, _ value: Double, _ limit: Double) -> FigureLine {
        FigureLine(
            figure: figure, value: value, limit: limit, ratio: value / limit, unit: "ms", pass: value <= limit,
            note: "idle worker, commit of the enqueue to the start of the job, through kick and NOTIFY")
    }

    private static func arrange(_ server: BenchServer, _ name: String) async throws {
        try await server.make(name)
        let session = AdministrativeSession(server.conninfo("postgres", name))
        try await session.run(BenchQueryStatements.tenant)
        await session.close()
    }
}
