internal import Daemon
internal import HTTPTypes
internal import Synchronization

/// What the server counts; series are made once and found again by their labels.
final class ServerMetrics: Sendable {
    private struct Series: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private let active: Gauge
    private let activeCount = Atomic<Int>(0)
    private let durations = Mutex<[Series: Histogram]>([:])
    private let rejections = Mutex<[String: Counter]>([:])

    init() {
        active = Metrics.gauge("tollgate_http_active_requests", help: "Requests being answered now.", labels: [:])
    }

    /// Requests between the end of their headers and the end of their answer.
    var activeRequests: Int {
        activeCount.load(ordering: .sequentiallyConsistent)
    }

    func began() {
        activeCount.add(1, ordering: .sequentiallyConsistent)
        active.add(1)
    }

    func ended() {
        activeCount.subtract(1, ordering: .sequentiallyConsistent)
        active.add(-1)
    }

    func answered(_ method: HTTPMethod, route: String?, status: HTTPStatus, nanoseconds: Int64) {
        let series = Series(method: known(method), route: route ?? "unmatched", status: status.rawValue)
        let histogram = durations.withLock { durations in
            if let known = durations[series] { return known }
            let made = Metrics.histogram(
                "http_server_request_duration_seconds", help: "From the request line to the answer being ready.",
                labels: [
                    "http_request_method": series.method, "http_route": series.route,
                    "http_response_status_code": String(series.status),
                ])
            durations[series] = made
            return made
        }
        histogram.record(.nanoseconds(nanoseconds))
    }

    func rejected(_ reason: String) {
        let counter = rejections.withLock { rejections in
            if let known = rejections[reason] { return known }
            let made = Metrics.counter(
                "tollgate_http_rejected_total", help: "Requests refused before any handler, connections cut.",
                labels: ["reason": reason])
            rejections[reason] = made
            return made
        }
        counter.add(1)
    }

    func cut(_ phase: ConnectionRecord.Phase) {
        switch phase {
        case .headers: rejected("header_deadline")
        case .body: rejected("body_deadline")
        case .writing: rejected("write_deadline")
        case .handling, .idle: break
        }
    }

    /// Methods are the caller's words; only known ones may become a label.
    private func known(_ method: HTTPMethod) -> String {
        switch method {
        case .get, .post, .put, .patch, .delete, .head, .options: method.rawValue
        default: "_OTHER"
        }
    }
}
