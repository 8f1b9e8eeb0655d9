import Daemon
import HTTPTypes
import Stripe
import Synchronization
import Testing

/// Stripe as a test wants it: answers calls one after the other as written down, and remembers what it was asked.
final class ScriptedStripe: Sendable {
    /// One call as it came.
    struct Call: Sendable, Equatable {
        let line: String
        let query: String
        let body: String
        let key: String
        let idempotencyKey: String?
        let account: String?

        /// The value of a form field, as encoded; a read's stand in its query.
        func field(_ name: String) -> String? {
            (body.isEmpty ? query : body).split(separator: "&").first { $0.hasPrefix(name + "=") }
                .map { String($0.dropFirst(name.count + 1)) }
        }
    }

    /// What becomes of a call.
    enum Reply: Sendable {
        case answer(Int, String, replayed: Bool = false)
        case failure(StripeFailure)
        case run(@Sendable (Call) async throws -> Reply)
    }

    private struct State {
        var script: [(line: String, reply: Reply)] = []
        var calls: [Call] = []
        var rule: (@Sendable (Call) -> Reply)?
    }
    private let state = Mutex(State())

    /// Every call so far.
    var calls: [Call] { state.withLock { $0.calls } }
    /// Method and path of every call so far.
    var lines: [String] { calls.map(\.line) }
    /// The calls that change something.
    var writes: [Call] { calls.filter { !$0.line.hasPrefix("GET ") } }

    /// The next call must be this one, and is answered so.
    func expect(_ line: String, _ status: Int = 200, _ json: String) {
        expect(line, .answer(status, json))
    }

    /// The next call must be this one.
    func expect(_ line: String, _ reply: Reply) { state.withLock { $0.script.append((line, reply)) } }

    /// Answers whatever the script does not.
    func answer(with rule: @escaping @Sendable (Call) -> Reply) { state.withLock { $0.rule = rule } }

    /// Whether everything expected was asked.
    var isSatisfied: Bool { state.withLock { $0.script.isEmpty } }

    /// What `TenantStripe` sends through.
    func exchange(_ request: StripeRequest, _ key: Secret, _ idempotencyKey: String?) async throws -> StripeAnswer {
        let target = request.target.split(separator: "?", maxSplits: 1).map(String.init)
        let call = Call(
            line: "\(request.method) \(target.first ?? "")", query: target.count > 1 ? target[1] : "",
            body: request.body, key: key.reveal { $0 }, idempotencyKey: idempotencyKey, account: request.account)
        return try await carry(out: next(call), call)
    }

    private func next(_ call: Call) -> Reply {
        state.withLock { state in
            state.calls.append(call)
            if let first = state.script.first, first.line == call.line {
                state.script.removeFirst()
                return first.reply
            }
            if let rule = state.rule { return rule(call) }
            Issue.record("unexpected call \(call.line); next was \(state.script.first?.line ?? "nothing")")
            return .failure(.notSent(reason: "not in the script"))
        }
    }

    private func carry(out reply: Reply, _ call: Call) async throws -> StripeAnswer {
        switch reply {
        case .answer(let status, let json, let replayed):
            var headers = [("Request-Id", "req_\(calls.count)")]
            if replayed { headers.append(("Idempotent-Replayed", "true")) }
            return StripeAnswer(status: status, headers: HTTPHeaders(headers), body: Array(json.utf8))
        case .failure(let failure): throw failure
        case .run(let body): return try await carry(out: body(call), call)
        }
    }
}

/// Stripe's objects, as far as they are read.
enum StripeObject {
    static func account(_ id: String = "acct_1", _ more: String = "") -> String {
        #"{"id":"\#(id)","object":"account","country":"DE","email":"o@a.example","default_currency":"eur","#
            + #""charges_enabled":true,"payouts_enabled":true,"details_submitted":true\#(more)}"#
    }
    static func balance(live: Bool = false) -> String { #"{"object":"balance","livemode":\#(live)}"# }
    static func list(_ elements: String..., more: Bool = false) -> String {
        #"{"object":"list","data":[\#(elements.joined(separator: ","))],"has_more":\#(more)}"#
    }
    static func endpoint(_ id: String, url: String, status: String = "enabled", secret: String? = nil) -> String {
        let told = secret.map { #","secret":"\#($0)""# } ?? ""
        return #"{"id":"\#(id)","url":"\#(url)","status":"\#(status)","api_version":"2026-10-28.endive"\#(told)}"#
    }
    static func customer(_ id: String, card: String? = nil, metadata: String = "{}") -> String {
        let method = card.map { #"{"id":"\#($0)","type":"card","card":\#(Self.card),"customer":"\#(id)"}"# } ?? "null"
        return #"{"id":"\#(id)","invoice_settings":{"default_payment_method":\#(method)},"metadata":\#(metadata)}"#
    }
    static let card = #"{"brand":"visa","last4":"4242","exp_month":12,"exp_year":2034}"#
    static func subscription(
        _ id: String, _ status: String, customer: String = "cus_1", reason: String? = nil, invoice: String? = nil,
        metadata: String = "{}"
    ) -> String {
        let price = #"{"id":"price_1","product":"prod_1","active":true,"currency":"eur"}"#
        let item = #"{"id":"si_1","price":\#(price),"current_period_start":1767225600,"current_period_end":1769904000}"#
        let details = reason.map { #"{"reason":"\#($0)"}"# } ?? "null"
        return #"{"id":"\#(id)","status":"\#(status)","customer":"\#(customer)","items":\#(list(item)),"#
            + #""cancel_at_period_end":false,"cancellation_details":\#(details),"#
            + #""latest_invoice":\#(invoice ?? "null"),"metadata":\#(metadata)}"#
    }
    static func invoice(
        _ id: String, _ status: String, customer: String = "cus_1", subscription: String? = nil, attempts: Int = 0,
        metadata: String = "{}"
    ) -> String {
        let parent =
            subscription.map {
                #"{"type":"subscription_details","subscription_details":{"subscription":"\#($0)"}}"#
            } ?? "null"
        return #"{"id":"\#(id)","status":"\#(status)","customer":"\#(customer)","currency":"eur","amount_due":2500,"#
            + #""amount_paid":\#(status == "paid" ? 2500 : 0),"collection_method":"charge_automatically","#
            + #""attempt_count":\#(attempts),"created":1767225600,"hosted_invoice_url":"https://pay.example/\#(id)","#
            + #""parent":\#(parent),"metadata":\#(metadata)}"#
    }
    static func error(_ type: String, _ code: String? = nil, _ message: String = "no", decline: String? = nil) -> String
    {
        let words = [("type", type), ("code", code), ("message", message), ("decline_code", decline)]
        let fields = words.compactMap { name, value in value.map { #""\#(name)":"\#($0)""# } }
        return #"{"error":{\#(fields.joined(separator: ","))}}"#
    }
}
