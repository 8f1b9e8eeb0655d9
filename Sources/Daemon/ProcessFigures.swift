import FoundationEssentials
internal import Glibc

/// What Prometheus expects of every process, read when it asks.
///
/// Source: https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics
enum ProcessFigures {
    private static let startedAt = WallClock.system.now()

    /// Notes the start; the first call counts.
    static func begin() { _ = startedAt }

    /// Sets the gauges to what is true now.
    static func refresh() {
        Metrics.gauge("process_start_time_seconds", help: "When the process began, in unix seconds.")
            .set(startedAt.seconds)
        if let pages = residentPages() {
            Metrics.gauge("process_resident_memory_bytes", help: "Memory in use.").set(
                pages * Int64(sysconf(Int32(_SC_PAGESIZE))))
        }
        if let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
            Metrics.gauge("process_open_fds", help: "Open file descriptors.").set(descriptors)
        }
        let dropped = Metrics.counter(
            "tollgate_log_lines_dropped_total", help: "Lines of the log lost because nobody read it.")
        dropped.add(ObservationLog.process.droppedCount - dropped.value)
    }

    /// Second number of `/proc/self/statm`.
    private static func residentPages() -> Int64? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let numbers = text.split(separator: " ")
        return numbers.count > 1 ? Int64(numbers[1]) : nil
    }
}
