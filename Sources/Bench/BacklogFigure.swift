import Daemon
import Postgres

/// `queue.backlog`: what a claim of 50 jobs costs with 1,000,000 jobs waiting over what it costs with 10,000; and the
/// same with a transaction held open for the whole run, which keeps every dead row and index entry in place. Both sides
/// of a ratio are measured by turns, so that a slow moment of the machine slows both.
enum BacklogFigure {
    static let ratioMax = 1.5
    static let heldRatioMax = 3.0
    static let turns = 3

    static func measure(_ server: BenchServer) async throws -> [FigureLine] {
        let small = try await server.load("bench_small", jobs: 10_000, tenants: 1_000)
        let large = try await server.load("bench_large", jobs: 1_000_000, tenants: 1_000)
        for turn in 0..<2 * turns { try await server.clone(small, as: "bench_small_\(turn)") }
        try await server.clone(large, as: "bench_held")

        let free = try await compare(server, large, smallFrom: 0)
        let holder = AdministrativeSession(server.conninfo("postgres", "bench_held"))
        try await holder.run(BenchQueryStatements.holdSnapshot)
        let held = try await compare(server, "bench_held", smallFrom: turns, warmUp: 1_800)
        await holder.close()

        for turn in 0..<2 * turns { try await server.drop("bench_small_\(turn)") }
        for name in [small, large, "bench_held"] { try await server.drop(name) }
        return [
            line("queue.backlog", free, ratioMax, "median claim of 50 at 1,000,000 jobs over that at 10,000"),
            line(
                "queue.backlog.held", held, heldRatioMax, "the same after 90,000 jobs went while a snapshot was held"),
        ]
    }

    private static func compare(
        _ server: BenchServer, _ name: String, smallFrom first: Int, warmUp: Int = 20
    ) async throws -> (large: Double, small: Double) {
        var run = try await ClaimRun(server, name)
        _ = try await run.claims(warmUp)
        var large: [Double] = []
        var small: [Double] = []
        for turn in first..<first + turns {
            var other = try await ClaimRun(server, "bench_small_\(turn)")
            // The first claims of a session plan and connect.
            small += try await other.claims(70).dropFirst(10)
            large += try await run.claims(70).dropFirst(10)
            await other.database.close()
        }
        await run.database.close()
        guard !large.isEmpty, !small.isEmpty else { throw ExitError(code: 1, message: "no claim filled up") }
        return (large.sorted()[large.count / 2], small.sorted()[small.count / 2])
    }

    private static func line(
        _ figure: String, _ medians: (large: Double, small: Double), _ ratioMax: Double, _ note: String
    ) -> FigureLine {
        let ratio = medians.large / medians.small
        return FigureLine(
            figure: figure, value: medians.large, limit: medians.small, ratio: ratio, unit: "ms",
            pass: ratio <= ratioMax,
            note: "\(note); bar: ratio <= \(ratioMax)")
    }
}
