import Testing

@testable import Daemon

struct MetricsTests {
    @Test func `asking twice gives the same instrument`() {
        let first = Metrics.counter("tollgate_test_twice_total", help: "h", labels: ["a": "1"])
        let second = Metrics.counter("tollgate_test_twice_total", help: "h", labels: ["a": "1"])
        let other = Metrics.counter("tollgate_test_twice_total", help: "h", labels: ["a": "2"])
        first.add()
        second.add(2)
        #expect(first.value == 3)
        #expect(other.value == 0)
        #expect(Metrics.render().contains("tollgate_test_twice_total{a=\"1\"} 3\n"))
    }

    @Test func `every process says which release it is, how much memory it takes and since when it runs`() throws {
        Release.describe(schema: "m0001_test")
        let lines = Metrics.render().split(separator: "\n")
        func number(_ name: String) throws -> Int64 {
            let line = try #require(lines.first { $0.hasPrefix(name + " ") })
            return try #require(Int64(line.split(separator: " ")[1]))
        }
        #expect(lines.contains("tollgate_build_info{schema=\"m0001_test\",version=\"\(Release.version)\"} 1"))
        #expect(try number("process_resident_memory_bytes") > 1_000_000)
        #expect(try number("process_open_fds") > 2)
        #expect(abs(try number("process_start_time_seconds") - WallClock.system.now().seconds) < 3600)
        #expect(try number("tollgate_log_lines_dropped_total") >= 0)
    }

    @Test func `the text is what Prometheus reads`() {
        let registry = MetricsRegistry(seriesMax: 10)
        let counter = registry.instrument("b_total", kind: "counter", help: "b\nb", labels: ["x": "q\"\\"]) {
            Counter()
        }
        let gauge = registry.instrument("a", kind: "gauge", help: "a", labels: [:]) { Gauge() }
        counter.add(2)
        counter.add(-5)
        gauge.set(7)
        gauge.add(-9)
        #expect(
            registry.render() == """
                # HELP a a
                # TYPE a gauge
                a -2
                # HELP b_total b\\nb
                # TYPE b_total counter
                b_total{x="q\\"\\\\"} 2

                """)
    }

    @Test func `a histogram counts into cumulative buckets`() {
        let registry = MetricsRegistry(seriesMax: 10)
        let histogram = registry.instrument("h_seconds", kind: "histogram", help: "h", labels: ["q": "x"]) {
            Histogram()
        }
        for duration in [Duration.microseconds(900), .milliseconds(1), .milliseconds(3), .seconds(90)] {
            histogram.record(duration)
        }
        let text = registry.render()
        #expect(text.contains("h_seconds_bucket{q=\"x\",le=\"0.001\"} 2\n"))
        #expect(text.contains("h_seconds_bucket{q=\"x\",le=\"0.005\"} 3\n"))
        #expect(text.contains("h_seconds_bucket{q=\"x\",le=\"60\"} 3\n"))
        #expect(text.contains("h_seconds_bucket{q=\"x\",le=\"+Inf\"} 4\n"))
        #expect(text.contains("h_seconds_sum{q=\"x\"} 90.004900\n"))
        #expect(text.contains("h_seconds_count{q=\"x\"} 4\n"))
    }

    @Test func `labels from outside cannot eat the memory`() {
        let registry = MetricsRegistry(seriesMax: 3)
        for number in 0..<100 {
            _ = registry.instrument("many", kind: "counter", help: "", labels: ["n": "\(number)"]) { Counter() }
        }
        #expect(registry.render().split(separator: "\n").count == 2 + 3)
    }
}
