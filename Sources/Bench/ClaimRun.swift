import Daemon
import Jobs
import Postgres

/// A worker by hand on one database: claims 50 jobs, ends them, and times only the claims.
struct ClaimRun {
    let database: Database
    private let worker: Int64
    private var cursor: Int64 = 0
    private var lastTick = ContinuousClock.now

    init(_ server: BenchServer, _ name: String) async throws {
        database = Database(
            server.conninfo("tollgate_worker", name), sessions: 1, name: "bench", waitLimit: .seconds(10))
        worker = try await database.transaction(in: QueueScope.self) { tx in try tx.one(EnrollBenchWorker()) }
    }

    /// Milliseconds of the claims that filled up; one that did not looked at lanes without work and is no measure.
    mutating func claims(_ rounds: Int) async throws -> [Double] {
        var times: [Double] = []
        for _ in 0..<rounds {
            if ContinuousClock.now - lastTick > .seconds(1) {
                lastTick = .now
                try await database.transaction(in: QueueScope.self) { tx in _ = try tx.run(AdvanceBenchWatermark()) }
            }
            let statement = ClaimBenchJobs(worker: worker, count: 50, cursor: cursor)
            let start = ContinuousClock.now
            let claim = try await database.transaction(in: QueueScope.self) { tx in try tx.one(statement) }
            if claim.ids.count >= 45 { times.append(Double((ContinuousClock.now - start).microseconds) / 1_000) }
            cursor = claim.cursor
            let ending = FinishBenchJobs(ids: claim.ids, leases: claim.leases)
            try await database.transaction(in: QueueScope.self) { tx in _ = try tx.run(ending) }
        }
        return times
    }
}
