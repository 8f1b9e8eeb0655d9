internal import HTTPTypes
internal import Jobs

/// How deep the queues are, for eyes and for machines.
struct DepthTable: Sendable {
    /// The states in the order of the columns.
    static let states = ["ready", "running", "scheduled", "retrying", "blocked", "dead"]

    let depth: [QueueDepth]

    /// The queues' names, in their order.
    var queues: [String] {
        var names: [String] = []
        for row in depth where !names.contains(row.queue) { names.append(row.queue) }
        return names
    }

    /// The lines of one queue.
    func rows(of queue: String) -> [QueueDepth] { depth.filter { $0.queue == queue } }

    /// For how many seconds the oldest ready one of a queue waits; `nil` when none is ready.
    func oldestReadySeconds(of queue: String) -> Int64? {
        rows(of: queue).first { $0.state == "ready" && $0.jobs > 0 }?.oldest.components.seconds
    }

    /// Jobs by state, and how long the oldest ready one waits: the cells behind a queue's name.
    func cells(of queue: String) -> [String?] {
        let rows = rows(of: queue)
        let oldest = oldestReadySeconds(of: queue).map { "\($0) s" }
        return Self.states.map { state in rows.first { $0.state == state }.map { "\($0.jobs)" } } + [oldest]
    }

    /// One object per queue and state.
    var json: JSON {
        .array(
            depth.map { row in
                [
                    "queue": .string(row.queue), "state": .string(row.state), "jobs": .integer(row.jobs),
                    "oldest_seconds": .integer(row.oldest.components.seconds), "paused": .bool(row.isPaused),
                ]
            })
    }
}
