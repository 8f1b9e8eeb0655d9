import Billing
import Daemon
import FoundationEssentials
import Jobs
import Postgres

/// `meter.batch`: a day of 1,000,000 events of 10,000 customers to batches, lot by lot as the metering worker does it;
/// and whether the memory of the server's process and of ours stays what it was after the first lots.
enum BatchFigure {
    static let growthMax = 1.25
    private static let database = "bench_batch"
    private static let events = 1_000_000
    private static let customers = 10_000

    static func measure(_ server: BenchServer) async throws -> FigureLine {
        try await arrange(server)
        let worker = Database(
            server.conninfo("tollgate_worker", database), sessions: 1, name: "bench", waitLimit: .seconds(30))
        let start = ContinuousClock.now
        let lots = try await attribute(worker)
        let took = Double((ContinuousClock.now - start).microseconds) / 1e6
        await worker.close()
        try await prove(server)
        let batches = try await server.number(BenchUsageStatements.batches, in: database)
        let limit = try await rewrite(server)
        try await server.drop(database)
        let (theirs, ours) = (Growth(lots.map(\.backendBytes)), Growth(lots.map(\.ownBytes)))
        return FigureLine(
            figure: "meter.batch", value: took, limit: limit, ratio: took / limit, unit: "s",
            pass: theirs.ratio <= growthMax && ours.ratio <= growthMax,
            note:
                "\(events) events of \(customers) customers in 24 hours to \(batches) batches and their jobs, "
                + "\(lots.count) lots, 1 session, against writing the same entries alone; memory of the server's "
                + "process \(theirs.text) MB, ours \(ours.text) MB (first half, second half); "
                + "bar: growth <= \(growthMax)")
    }

    /// What the processes held when a lot was committed.
    private struct Lot {
        let backendBytes: Int
        let ownBytes: Int
    }

    /// The highest of the later lots over the highest of the earlier ones.
    private struct Growth {
        let early: Int
        let late: Int

        init(_ samples: [Int]) {
            early = samples.prefix(samples.count / 2).max() ?? 0
            late = samples.dropFirst(samples.count / 2).max() ?? 0
        }

        var ratio: Double { early > 0 ? Double(late) / Double(early) : .infinity }
        var text: String { "\(early / 1_048_576) and \(late / 1_048_576)" }
    }

    private static func arrange(_ server: BenchServer) async throws {
        try await server.make(database)
        let session = AdministrativeSession(server.conninfo("postgres", database))
        try await session.run(BenchQueryStatements.tenant)
        try await session.run(
            try server.script("usage.sql").replacing(":events", with: "\(events)")
                .replacing(":customers", with: "\(customers)"))
        try await session.run(BenchUsageStatements.wake)
        try await session.run("VACUUM ANALYZE")
        try await session.run("CHECKPOINT")
        await session.close()
        let gateway = Database(
            server.conninfo("tollgate_gateway", database), sessions: 1, name: "bench", waitLimit: .seconds(10))
        _ = try await gateway.transaction(entering: EnterBenchTenant()) { tx in try tx.enqueue(AttributeUsage()) }
        await gateway.close()
    }

    /// One lot a transaction, until nothing is left.
    private static func attribute(_ worker: Database) async throws -> [Lot] {
        let enrolled = try await worker.transaction(in: QueueScope.self) { tx in try tx.one(EnrollBenchMeter()) }
        let claim = ClaimBenchAttribution(worker: enrolled)
        guard let job = try await worker.transaction(in: QueueScope.self, { tx in try tx.first(claim) }) else {
            throw ExitError(code: 1, message: "attribution's job was not given out")
        }
        var lots: [Lot] = []
        while true {
            let (done, backend) = try await worker.transaction(entering: job) { tx in
                let done = try tx.one(AttributeEvents(backfill: false))
                if let send = done.send { try tx.enqueue(send) }
                return (done, try tx.one(FindBenchBackend()))
            }
            lots.append(Lot(backendBytes: try anonymousBytes("\(backend)"), ownBytes: try anonymousBytes("self")))
            guard done.events > 0 else { throw ExitError(code: 1, message: "a lot was empty") }
            if !done.hasMore { return lots }
        }
    }

    /// Every event counts once, and batches hold them all.
    private static func prove(_ server: BenchServer) async throws {
        let metered = try await server.number(BenchUsageStatements.metered, in: database)
        let batched = try await server.number(BenchUsageStatements.batched, in: database)
        guard metered == events, batched == events else {
            throw ExitError(code: 1, message: "\(metered) of \(events) events count, batches hold \(batched)")
        }
    }

    private static func rewrite(_ server: BenchServer) async throws -> Double {
        let session = AdministrativeSession(server.conninfo("postgres", database))
        try await session.run(BenchUsageStatements.entryTable)
        try await session.run("CHECKPOINT")
        let start = ContinuousClock.now
        try await session.run(BenchUsageStatements.rewriteEntries)
        let took = Double((ContinuousClock.now - start).microseconds) / 1e6
        await session.close()
        return took
    }

    /// What a process holds of its own, without what it shares, from the kernel.
    private static func anonymousBytes(_ process: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
        guard let kilobytes = line.flatMap({ Int($0.filter(\.isNumber)) }) else {
            throw ExitError(code: 1, message: "the kernel does not say what process \(process) holds")
        }
        return kilobytes * 1_024
    }
}
