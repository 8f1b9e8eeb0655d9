internal import Daemon
internal import Synchronization

/// What Prometheus sees of a queue's work. Instruments are looked up once per kind and outcome, not per job.
final class JobFigures: Sendable {
    private struct Kind {
        let wait: Histogram
        var byOutcome: [String: (attempts: Counter, duration: Histogram)] = [:]
    }

    private let queue: String
    private let kinds = Mutex<[String: Kind]>([:])
    let claim: Histogram
    let finish: Histogram
    let rescued: Counter
    let leasesLost: Counter
    let inHand: Gauge

    init(_ queue: QueueName) {
        self.queue = queue.rawValue
        let labels = ["queue": queue.rawValue]
        claim = Metrics.histogram("tollgate_queue_claim_seconds", help: "How long a claim took.", labels: labels)
        finish = Metrics.histogram(
            "tollgate_queue_finish_seconds", help: "How long committing a batch of ends took.", labels: labels)
        rescued = Metrics.counter(
            "tollgate_jobs_rescued_total", help: "Jobs taken back from workers that were lost.",
            labels: ["reason": "worker_lost"])
        leasesLost = Metrics.counter(
            "tollgate_leases_lost_total", help: "Ends refused because another worker had the job.")
        inHand = Metrics.gauge("tollgate_jobs_in_hand", help: "Jobs this process holds on a lease.", labels: labels)
    }

    func record(claimed jobs: [ClaimedJob]) {
        kinds.withLock { kinds in
            for job in jobs { kind(job.kind, &kinds).wait.record(job.waited) }
        }
        inHand.add(Int64(jobs.count))
    }

    func record(_ completion: Completion) {
        let word = completion.outcome.word
        let (attempts, duration) = kinds.withLock { kinds in
            let name = completion.job.kind
            if let known = kind(name, &kinds).byOutcome[word] { return known }
            let labels = ["kind": name, "outcome": word]
            let made = (
                attempts: Metrics.counter("tollgate_job_attempts_total", help: "Attempts at jobs.", labels: labels),
                duration: Metrics.histogram(
                    "tollgate_job_duration_seconds", help: "How long an attempt took.", labels: labels)
            )
            kinds[name]?.byOutcome[word] = made
            return made
        }
        attempts.add()
        duration.record(completion.took)
        inHand.add(-1)
    }

    private func kind(_ name: String, _ kinds: inout [String: Kind]) -> Kind {
        if let known = kinds[name] { return known }
        let help = "How long a job was ready before a worker took it."
        let made = Kind(
            wait: Metrics.histogram("tollgate_job_wait_seconds", help: help, labels: ["kind": name, "queue": queue]))
        kinds[name] = made
        return made
    }
}
