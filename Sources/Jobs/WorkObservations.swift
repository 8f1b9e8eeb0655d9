internal import Daemon

/// What operators are told of a worker's life.
enum WorkObservation: Observation {
    case enrolled(QueueName, worker: Int64)
    case suspended(QueueName, error: String)
    case resumed(QueueName)
    case givenUpOn(QueueName, worker: Int64)
    case claimFailed(QueueName, error: String)
    case disowned(QueueName, jobs: Int64)
    case finishFailed(QueueName, error: String)
    case leaseLost(kind: String, command: Int64)
    case jobDead(kind: String, command: Int64, JobFailure?)
    case rescued(Int64)
    case upkeepFailed(String)
    case draining(QueueName, inHand: Int)
    case gaveBack(QueueName, jobs: Int)
    case left(QueueName, worker: Int64)

    var event: String {
        switch self {
        case .enrolled: "worker.enrolled"
        case .suspended: "worker.suspended"
        case .resumed: "worker.resumed"
        case .givenUpOn: "worker.given_up_on"
        case .claimFailed: "claim.failed"
        case .disowned: "claim.given_back"
        case .finishFailed: "finish.failed"
        case .leaseLost: "job.lease_lost"
        case .jobDead: "job.dead"
        case .rescued: "jobs.rescued"
        case .upkeepFailed: "upkeep.failed"
        case .draining: "worker.draining"
        case .gaveBack: "worker.gave_back"
        case .left: "worker.left"
        }
    }

    var level: LogLevel {
        switch self {
        case .enrolled, .resumed, .draining, .left: .info
        case .rescued, .disowned, .gaveBack, .leaseLost: .notice
        case .suspended, .givenUpOn, .claimFailed, .finishFailed, .upkeepFailed: .warning
        case .jobDead: .error
        }
    }

    var fields: [ObservationField] {
        switch self {
        case .enrolled(let queue, let worker), .givenUpOn(let queue, let worker), .left(let queue, let worker):
            [.text("queue", queue.rawValue), .int("worker", worker)]
        case .suspended(let queue, let error), .claimFailed(let queue, let error), .finishFailed(let queue, let error):
            [.text("queue", queue.rawValue), .text("error", error)]
        case .resumed(let queue): [.text("queue", queue.rawValue)]
        case .disowned(let queue, let jobs): [.text("queue", queue.rawValue), .int("jobs", jobs)]
        case .draining(let queue, let jobs), .gaveBack(let queue, let jobs):
            [.text("queue", queue.rawValue), .int("jobs", jobs)]
        case .leaseLost(let kind, let command): [.text("kind", kind), .int("command", command)]
        case .jobDead(let kind, let command, let failure):
            [
                .text("kind", kind), .int("command", command), .text("code", failure?.code ?? ""),
                .text("error", failure?.message ?? ""), .text("request_id", failure?.requestID ?? ""),
            ]
        case .rescued(let jobs): [.int("jobs", jobs)]
        case .upkeepFailed(let error): [.text("error", error)]
        }
    }
}
