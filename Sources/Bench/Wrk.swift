import Daemon
import FoundationEssentials

/// A load from wrk, and what it measured.
struct Wrk {
    /// Answers per second.
    let perSecond: Double
    /// Median of the answer time, in milliseconds.
    let p50: Double
    /// 90th percentile of the answer time, in milliseconds.
    let p90: Double
    /// 99th percentile of the answer time, in milliseconds.
    let p99: Double

    /// Loads a server for some seconds; anything but 2xx answers is an error of the benchmark.
    static func run(
        _ script: String, in folder: String, against url: String, connections: Int, seconds: Int,
        environment: [String: String]
    ) async throws -> Wrk {
        let result = try await ChildProcess.runToEnd(
            path: "/usr/bin/wrk",
            arguments: [
                "-t", "2", "-c", "\(connections)", "-d", "\(seconds)s", "--latency", "-s", "\(folder)/\(script)", url,
            ],
            environment: environment)
        let text = String(decoding: result.output, as: UTF8.self)
        let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
        guard result.exit.isSuccess, !text.contains("Non-2xx"), !text.contains("Socket errors"),
            let rate = lines.first(where: { $0.first == "Requests/sec:" })?.last.flatMap({ Double($0) }),
            let p50 = lines.first(where: { $0.first == "50%" })?.last.flatMap(milliseconds),
            let p90 = lines.first(where: { $0.first == "90%" })?.last.flatMap(milliseconds),
            let p99 = lines.first(where: { $0.first == "99%" })?.last.flatMap(milliseconds)
        else { throw ExitError(code: 1, message: "wrk: \(text.suffix(600))") }
        return Wrk(perSecond: rate, p50: p50, p90: p90, p99: p99)
    }

    /// wrk writes `912.00us`, `4.12ms` or `1.02s`.
    private static func milliseconds(_ text: Substring) -> Double? {
        for (unit, factor) in [("us", 0.001), ("ms", 1.0), ("s", 1_000.0)] where text.hasSuffix(unit) {
            return Double(text.dropLast(unit.count)).map { $0 * factor }
        }
        return nil
    }
}
