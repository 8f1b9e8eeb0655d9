import Daemon
import FoundationEssentials
import HTTPTypes
import Jobs

/// The queues as JSON.
enum AdminAnswers {
    /// `cmd_…`
    static func id(_ command: UUID) -> String { "cmd_\(command.hex)" }

    /// Depth by queue and state, ages, workers, what is paused.
    static func queues(_ depth: [QueueDepth], _ workers: [WorkerStatus], _ paused: [PausedLane]) -> JSON {
        let names = QueueName.allCases.map(\.rawValue)
        return .object([
            "object": "queues", "sampled_at": .time(depth.first?.sampledAt),
            "queues": .array(
                names.map { name in
                    let rows = depth.filter { $0.queue == name }
                    var states = JSONObject()
                    for row in rows { states[row.state] = .integer(row.jobs) }
                    return .object([
                        "queue": .string(name), "paused": .bool(rows.contains(where: \.isPaused)),
                        "jobs": .object(states), "lanes_paused": .integer(rows.first?.lanesPaused ?? 0),
                        "oldest_ready_age_seconds": .integer(age(rows, "ready")),
                        "oldest_dead_age_seconds": .integer(age(rows, "dead")),
                        "workers": .array(workers.filter { $0.queue == name }.map(worker)),
                    ])
                }),
            "paused_tenants": .array(
                paused.map {
                    [
                        "queue": .string($0.queue), "tenant": .string("tn_\($0.tenant.hex)"),
                        "name": .string($0.tenantName),
                        "since": .time($0.pausedAt), "by": .string($0.pausedBy), "why": .text($0.why),
                    ]
                }),
        ])
    }

    /// One job of a list.
    static func summary(_ job: JobSummary) -> JSON {
        .object([
            "object": "job", "id": .string(id(job.publicID)), "number": .integer(job.command),
            "tenant": .string("tn_\(job.tenant.hex)"), "tenant_name": .string(job.tenantName),
            "queue": .string(job.queue),
            "type": .string(job.kind), "state": .string(job.state), "ordering_key": .text(job.orderingKey),
            "attempt": .number(job.attempt), "failures": .number(job.failures), "created": .time(job.createdAt),
            "next_at": .time(job.nextAt), "http_status": .number(job.httpStatus), "code": .text(job.code),
            "stripe_request_id": .text(job.requestID), "message": .text(job.message),
        ])
    }

    /// One job with its history, and why it waits.
    static func details(_ job: JobDetails, events: [JobEvent]) -> JSON {
        .object([
            "object": "job", "id": .string(id(job.publicID)), "number": .integer(job.command),
            "tenant": .string("tn_\(job.tenant.hex)"), "tenant_name": .string(job.tenantName),
            "queue": .string(job.queue),
            "type": .string(job.kind), "state": .string(job.state), "why": .string(job.why),
            "ordering_key": .text(job.orderingKey), "attempt": .number(job.attempt), "failures": .number(job.failures),
            "created": .time(job.createdAt), "next_at": .time(job.nextAt), "finished": .time(job.finishedAt),
            "payload": .stored(job.payload), "problem": .stored(job.problem), "events": .array(events.map(event)),
        ])
    }

    private static func event(_ event: JobEvent) -> JSON {
        .object([
            "at": .time(event.at), "what": .string(event.what), "number": .number(event.number),
            "milliseconds": event.took.map { .integer($0.milliseconds) } ?? .null,
            "http_status": .number(event.httpStatus),
            "code": .text(event.code), "stripe_request_id": .text(event.requestID), "detail": .text(event.detail),
            "next_at": .time(event.nextAt),
        ])
    }

    private static func worker(_ worker: WorkerStatus) -> JSON {
        .object([
            "id": .integer(worker.id), "host": .string(worker.host), "pid": .integer(worker.processID),
            "version": .string(worker.version), "started": .time(worker.startedAt),
            "silent_seconds": .integer(worker.silence.components.seconds), "draining": .bool(worker.isDraining),
            "running": .integer(worker.running),
        ])
    }

    private static func age(_ rows: [QueueDepth], _ state: String) -> Int64 {
        rows.first { $0.state == state }?.oldest.components.seconds ?? 0
    }
}
