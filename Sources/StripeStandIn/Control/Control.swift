import Crypto
import Daemon
import HTTPServer
import HTTPTypes

/// The operator's side door under `/_stand_in/`: the truth about everything, faults, clocks, keys.
///
/// Bodies and answers are JSON. It has no lock of its own: the stand-in listens on the loopback address or in a private
/// network, and holds nothing real.
struct Control {
    /// What is controlled.
    let world: World

    /// A control request that makes no sense, answered 400 (or 404).
    struct Complaint: Error {
        /// What is wrong.
        let message: String
        /// Status of the answer.
        var status = 400
    }

    /// Answers a control request.
    func answer(_ request: Request) -> Response {
        do {
            let json = try dispatch(request)
            return .json(.ok, json)
        } catch let complaint as Complaint {
            return .json(HTTPStatus(rawValue: complaint.status), ["error": .string(complaint.message)])
        } catch let refusal as Refusal {
            return .json(HTTPStatus(rawValue: refusal.status), refusal.body)
        } catch {
            return .json(.badRequest, ["error": .string("\(error)")])
        }
    }

    private func dispatch(_ request: Request) throws -> JSON {
        let path = request.path.split(separator: "/").dropFirst().map(String.init)
        let body = try body(of: request)
        let isPost = request.method == .post
        switch (isPost, path.first ?? "", path.count) {
        case (false, "health", 1):
            return ["status": "ok", "version": .string(world.schema.version), "now": .integer(world.now)]
        case (false, "requests", 1): return ControlTruth(world: world).requests(request.query)
        case (false, "objects", 1): return try ControlTruth(world: world).objects(request.query)
        case (false, "usage", 1): return ControlTruth(world: world).usage(request.query)
        case (false, "accounts", 1): return ControlTruth(world: world).accounts()
        case (false, "mails", 1): return ["data": .array(world.mails)]
        case (true, "reset", 1):
            world.reset()
            return ["reset": true]
        case (true, "clock", 1): return try clock(body)
        case (true, "policy", 1): return try policy(body)
        case (true, "keys", _): return try ControlKeys(world: world).answer(path.dropFirst().first, body)
        case (_, "faults", 1): return try faults(request.method, body)
        case (_, "webhooks", _): return try webhooks(isPost, path.dropFirst().first, body)
        case (true, "webhook_endpoints", 3): return try roll(path[1])
        case (true, "events", 3): return try resend(path[1])
        case (true, "accounts", _) where path.count >= 2:
            return try ControlAccounts(world: world).answer(path[1], path.dropFirst(2).first, body)
        case (true, "checkout", 2): return try ControlCards(world: world).completeSession(path[1], body)
        case (true, "charges", 3), (true, "disputes", 2), (true, "refunds", 2), (true, "payment_intents", 2),
            (true, "setup_intents", 2), (true, "payouts", 2):
            return try ControlMoney(world: world).answer(path[0], path[1], path.dropFirst(2).first, body)
        case (true, "invoices", 3): return try ControlCards(world: world).payInvoice(path[1], body)
        default: throw Complaint(message: "no such control: \(request.method.rawValue) \(request.path)", status: 404)
        }
    }

    private func body(of request: Request) throws -> JSONObject {
        if request.body.isEmpty { return [:] }
        guard let body = try? JSON.parse(request.body).objectValue else {
            throw Complaint(message: "the body must be a JSON object")
        }
        return body
    }

    private func clock(_ body: JSONObject) throws -> JSON {
        guard let seconds = body.whole("advance_seconds"), seconds >= 0 else {
            throw Complaint(message: "advance_seconds must be a number of seconds")
        }
        world.offset += seconds
        world.isDirty = true
        return ["now": .integer(world.now), "offset_seconds": .integer(world.offset)]
    }

    private func policy(_ body: JSONObject) throws -> JSON {
        if let value = body.value("rate_limits")?.boolValue { world.policy.limitsRates = value }
        if let value = body.whole("test_calls_per_second") { world.policy.testCallsPerSecond = Int(value) }
        if let value = body.whole("endpoint_calls_per_second") { world.policy.endpointCallsPerSecond = Int(value) }
        if let value = body.value("advance_later")?.boolValue { world.policy.advancesLater = value }
        if let value = body.value("known_keys_only")?.boolValue { world.policy.knownKeysOnly = value }
        if let value = body.whole("draft_seconds") { world.policy.draftSeconds = value }
        if let value = body.whole("meter_report_seconds") { world.policy.meterReportSeconds = value }
        if let value = body.value("check_usage_at_once")?.boolValue { world.policy.checksUsageAtOnce = value }
        if body["delivery_retry_seconds"] != nil {
            world.policy.deliveryRetrySeconds = body.list("delivery_retry_seconds").compactMap(\.integerValue)
        }
        return [
            "rate_limits": .bool(world.policy.limitsRates), "advance_later": .bool(world.policy.advancesLater),
            "draft_seconds": .integer(world.policy.draftSeconds),
            "meter_report_seconds": .integer(world.policy.meterReportSeconds),
            "check_usage_at_once": .bool(world.policy.checksUsageAtOnce),
            "delivery_retry_seconds": .array(world.policy.deliveryRetrySeconds.map(JSON.integer)),
        ]
    }

    private func faults(_ method: HTTPMethod, _ body: JSONObject) throws -> JSON {
        if method == .delete { world.faults.clear() }
        if method == .post {
            guard let fault = Fault(body) else {
                throw Complaint(
                    message: "kind must be one of " + Fault.Kind.allCases.map(\.rawValue).joined(separator: ", "))
            }
            world.faults.add(fault)
        }
        return [
            "waiting": .array(
                world.faults.waiting.map {
                    ["kind": .string($0.kind.rawValue), "path": .of($0.path), "times": .of($0.times.map(Int64.init))]
                })
        ]
    }

    private func webhooks(_ isPost: Bool, _ action: String?, _ body: JSONObject) throws -> JSON {
        if isPost, action == "release" {
            world.outbox.release(
                order: body.text("order") ?? "in_order", copies: Int(body.whole("copies") ?? 1),
                now: world.wallClock.now().microseconds)
        } else if isPost {
            world.outbox.rules.apply(body)
        }
        return [
            "rules": world.outbox.rules.json, "waiting": .integer(Int64(world.outbox.count)),
            "delivered": .integer(Int64(world.outbox.delivered)), "failed": .integer(Int64(world.outbox.failed)),
            "dropped": .integer(Int64(world.outbox.dropped)),
        ]
    }

    private func roll(_ endpoint: String) throws -> JSON {
        guard let books = world.books(holding: endpoint) else {
            throw Complaint(message: "no such endpoint", status: 404)
        }
        return ["secret": .string(Signing.roll(endpoint, in: books))]
    }

    private func resend(_ event: String) throws -> JSON {
        guard let books = world.books(holding: event), let found = books.find(event) else {
            throw Complaint(message: "no such event", status: 404)
        }
        if found.kind == Books.thinKind { return ["endpoints": .integer(Int64(books.resendThin(found)))] }
        return ["endpoints": .integer(Int64(books.resend(found)))]
    }
}
