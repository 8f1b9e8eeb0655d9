internal import Daemon
internal import HTTPTypes
internal import Jobs
internal import Postgres

/// `tollgate queues`: how deep each queue is, and whether it runs.
struct ListQueues: Subcommand {
    static let name = "queues"
    static let summary = "how deep each queue is, and whether it runs or is paused"
    static let usage = "  --json"

    private let database: OperatorDatabase
    private let asJSON: Bool

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        database = OperatorDatabase(settings)
        asJSON = arguments.flag("--json")
    }

    func run(until shutdown: ShutdownSignal) async throws {
        let (depth, paused) = try await database.use { database in
            try await database.transaction(in: PlatformScope.self) { tx in
                (try tx.run(ListQueueDepth()), try tx.run(ListPausedQueues()))
            }
        }
        let table = DepthTable(depth: depth)
        Console.say(asJSON ? Self.json(table, paused).text : Self.text(table, paused))
    }

    /// A row per queue; under it what is paused, why, and what lets it go on.
    static func text(_ depth: DepthTable, _ paused: [PausedQueue]) -> String {
        var table = Table(
            "QUEUE", "STATE", "READY", "RUNNING", "SCHEDULED", "RETRYING", "BLOCKED", "DEAD", "OLDEST READY",
            "TENANTS PAUSED")
        for queue in depth.queues {
            let isPaused = paused.contains { $0.queue == queue }
            let tenants = depth.rows(of: queue).first?.lanesPaused ?? 0
            table.add(
                [queue, isPaused ? "paused" : "runs"] + depth.cells(of: queue) + [tenants > 0 ? "\(tenants)" : nil])
        }
        let reasons = paused.map { queue in
            "\(queue.queue) is paused since \(queue.pausedAt.rfc3339): \(queue.why ?? "no reason was given"). "
                + "tollgate queues resume \(queue.queue) lets it go on."
        }
        return ([table.text] + reasons).joined(separator: "\n")
    }

    private static func json(_ depth: DepthTable, _ paused: [PausedQueue]) -> JSON {
        .array(
            depth.queues.map { name in
                let rows = depth.rows(of: name)
                let pause = paused.first { $0.queue == name }
                var jobs = JSONObject()
                for row in rows { jobs[row.state] = .integer(row.jobs) }
                return [
                    "object": "queue", "name": .string(name), "paused": .bool(pause != nil),
                    "paused_at": .optional(pause?.pausedAt.rfc3339), "reason": .optional(pause?.why),
                    "jobs": .object(jobs),
                    "oldest_ready_seconds": .optional(depth.oldestReadySeconds(of: name)),
                    "tenants_paused": .integer(rows.first?.lanesPaused ?? 0),
                ]
            })
    }
}
