import Daemon
import Jobs

/// The queues as gauges; the counts are sampled by the database at most every five seconds.
enum QueueMetrics {
    /// Depth and age by queue and state.
    static func set(_ depth: [QueueDepth]) {
        for row in depth {
            Metrics.gauge(
                "tollgate_queue_jobs", help: "Jobs, by queue and state.",
                labels: ["queue": row.queue, "state": row.state]
            ).set(row.jobs)
            if row.state == "ready" {
                Metrics.gauge(
                    "tollgate_queue_oldest_ready_age_seconds", help: "Age of the oldest ready job, by queue.",
                    labels: ["queue": row.queue]
                ).set(row.oldest.components.seconds)
                Metrics.gauge(
                    "tollgate_queue_lanes_paused", help: "Tenants stopped in a queue.", labels: ["queue": row.queue]
                ).set(row.lanesPaused)
            }
        }
    }

    /// Workers by queue and state.
    static func set(_ workers: [WorkerStatus]) {
        for queue in QueueName.allCases.map(\.rawValue) {
            let here = workers.filter { $0.queue == queue }
            for (state, count) in [
                ("alive", here.filter { $0.silence < .seconds(15) && !$0.isDraining }.count),
                ("draining", here.filter(\.isDraining).count),
                ("silent", here.filter { $0.silence >= .seconds(15) }.count),
            ] {
                Metrics.gauge(
                    "tollgate_workers", help: "Worker processes, by queue and state.",
                    labels: ["queue": queue, "state": state]
                ).set(count)
            }
        }
    }
}
