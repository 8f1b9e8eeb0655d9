import Crypto
import Daemon
import Foundation
import HTTPServer
import HTTPTypes
import Synchronization

@testable import StripeStandIn

/// A stand-in in memory with a clock the test moves, and what it posts to its webhook endpoints.
final class StandInBench: Sendable {
    /// A key of the account the tests act in.
    static let key = "sk_test_51BenchBenchBenchBench0001"
    /// The version every call names.
    static let version = "2026-10-28.endive"
    /// When the clock starts: 2026-01-31, a day with no like in February.
    static let start: Int64 = 1_769_817_600

    let standIn: StandIn
    let posted = Mutex<[OutgoingDelivery]>([])
    /// Says whether the endpoint takes a delivery.
    let takes = Mutex(true)
    private let clock: TestClock

    /// The clock the stand-in reads.
    private final class TestClock: Sendable {
        let seconds = Mutex(StandInBench.start)
    }

    init(_ adjust: (inout Policy) -> Void = { _ in }) {
        var policy = Policy()
        policy.limitsRates = false
        adjust(&policy)
        let clock = TestClock()
        self.clock = clock
        standIn = StandIn(
            policy: policy, wallClock: WallClock { Timestamp(seconds: clock.seconds.withLock { $0 }) })
    }

    /// Moves the real clock of the stand-in.
    func pass(_ seconds: Int64) async {
        clock.seconds.withLock { $0 += seconds }
        await standIn.passTime()
    }

    /// An answer with its parsed body.
    struct Reply {
        let status: Int
        let headers: HTTPHeaders
        let body: JSON
        let bytes: [UInt8]

        subscript(path: String) -> JSON {
            var value = body
            for step in path.split(separator: ".") {
                if let index = Int(step), let element = value[index] {
                    value = element
                } else {
                    value = value[String(step)] ?? .null
                }
            }
            return value
        }

        var id: String { self["id"].stringValue ?? "" }
        var code: String? { self["error.code"].stringValue }
        var param: String? { self["error.param"].stringValue }
        var message: String { self["error.message"].stringValue ?? "" }
    }

    /// Calls Stripe's API: parameters as `name=value`, unencoded.
    @discardableResult
    func call(
        _ method: String, _ path: String, _ params: [String] = [], key: String = StandInBench.key,
        idempotency: String? = nil,
        headers extra: [(String, String)] = []
    ) async -> Reply {
        let pairs = params.map { param -> (String, String) in
            let cut = param.firstIndex(of: "=") ?? param.endIndex
            return (String(param[..<cut]), String(param[cut...].dropFirst()))
        }
        let form = FormEncoding.encode(pairs)
        var headers = HTTPHeaders([("Authorization", "Bearer \(key)"), ("Stripe-Version", Self.version)])
        if let idempotency { headers["Idempotency-Key"] = idempotency }
        let isPost = method == "POST"
        if isPost { headers["Content-Type"] = "application/x-www-form-urlencoded" }
        for (name, value) in extra { headers[name] = value.isEmpty ? nil : value }
        return await send(
            Request(
                method: HTTPMethod(rawValue: method), path: path, query: isPost ? nil : HTTPQuery(form),
                headers: headers,
                body: isPost ? Array(form.utf8) : []))
    }

    /// Calls the v2 API: a JSON body.
    @discardableResult
    func call(
        v2 method: String, _ path: String, _ body: JSON = [:], headers extra: [(String, String)] = []
    ) async -> Reply {
        var headers = HTTPHeaders([
            ("Authorization", "Bearer \(Self.key)"), ("Stripe-Version", Self.version),
            ("Content-Type", "application/json"),
        ])
        for (name, value) in extra { headers[name] = value }
        return await send(
            Request(method: HTTPMethod(rawValue: method), path: path, headers: headers, body: body.serialize()))
    }

    /// Speaks to the side door.
    @discardableResult
    func control(_ method: String, _ path: String, _ body: JSON? = nil) async -> Reply {
        await send(
            Request(
                method: HTTPMethod(rawValue: method), path: "/_stand_in/" + path, body: body?.serialize() ?? []))
    }

    private func send(_ request: Request) async -> Reply {
        let response = await standIn.respond(to: request)
        return Reply(
            status: response.status.rawValue, headers: response.headers,
            body: (try? JSON.parse(response.body)) ?? .null,
            bytes: response.body)
    }

    /// Delivers everything that is due.
    func deliver() async {
        await Courier(standIn) { delivery in
            self.posted.withLock { $0.append(delivery) }
            return self.takes.withLock { $0 }
        }.deliverDue()
    }

    /// The types of the events posted so far.
    var postedTypes: [String] { posted.withLock { $0.map(\.delivery.type) } }

    /// The types of all events in the order they happened.
    func eventTypes() async -> [String] {
        var types: [String] = []
        var after: [String] = []
        while true {
            let page = await call("GET", "/v1/events", ["limit=100"] + after)
            let data = page["data"].arrayValue ?? []
            types += data.compactMap { $0["type"]?.stringValue }
            guard page["has_more"] == true, let last = data.last?["id"]?.stringValue else { return types.reversed() }
            after = ["starting_after=\(last)"]
        }
    }

    // MARK: Usual things

    /// A product's monthly price.
    func price(_ amount: Int = 2_500, _ more: [String] = ["recurring[interval]=month"]) async -> String {
        let product = await call("POST", "/v1/products", ["name=Voice"])
        return await call(
            "POST", "/v1/prices", ["product=\(product.id)", "currency=usd", "unit_amount=\(amount)"] + more
        ).id
    }

    /// A customer with a card, on a test clock if there is one.
    func customer(_ card: String? = "pm_card_visa", clock: String? = nil) async -> String {
        var params = ["email=client@example.com", "name=Client"]
        if let card { params += ["payment_method=\(card)", "invoice_settings[default_payment_method]=\(card)"] }
        if let clock { params.append("test_clock=\(clock)") }
        return await call("POST", "/v1/customers", params).id
    }

    /// A test clock at the start.
    func testClock() async -> String {
        await call("POST", "/v1/test_helpers/test_clocks", ["frozen_time=\(Self.start)"]).id
    }

    /// Moves a test clock.
    func advance(_ clock: String, to moment: Int64) async {
        await call("POST", "/v1/test_helpers/test_clocks/\(clock)/advance", ["frozen_time=\(moment)"])
    }
}
