import Billing
import Daemon
import FoundationEssentials
import HTTPTypes

/// How a command looks outside.
enum CommandAnswer {
    /// One that was accepted just now.
    static func accepted(_ id: Command.ID, kind: String, target: (kind: String, id: String), at now: Timestamp) -> JSON
    {
        .object([
            "object": "command", "id": .string(id.text), "type": .string(kind), "status": "queued",
            "target": ["object": .string(target.kind), "id": .string(target.id)], "created": .time(now),
            "finished": nil,
            "result": nil, "error": nil, "next_attempt_at": nil,
        ])
    }

    /// One of a list.
    static func brief(_ command: Command) -> JSONObject {
        [
            "object": "command", "id": .string(command.id.text), "type": .string(command.kind),
            "status": .string(command.state), "target": target(of: command), "created": .time(command.createdAt),
            "finished": .time(command.finishedAt), "result": result(of: command), "error": .stored(command.problem),
            "next_attempt_at": .time(command.nextAt),
        ]
    }

    /// One with all that was tried, and why it waits.
    static func full(
        _ command: Command, steps: [Command.Step], attempts: [Command.Attempt], why: String, showsLinks: Bool
    ) -> JSON {
        var body = brief(command)
        if showsLinks { body["result"] = .stored(command.result) }
        body["why"] = .string(why)
        body["steps"] = .array(steps.map(step))
        body["attempts"] = .array(attempts.map(attempt))
        return .object(body)
    }

    /// The public id of the row a command is about.
    static func targetID(_ kind: String?, _ id: UUID) -> String? {
        switch kind {
        case "payment_processor": Connection.ID(rawValue: id).text
        case "product": Product.ID(rawValue: id).text
        case "price": Price.ID(rawValue: id).text
        case "plan": Plan.ID(rawValue: id).text
        case "catalogue": Connection.ID(rawValue: id).text
        case "meter": Meter.ID(rawValue: id).text
        case "client": Client.ID(rawValue: id).text
        case "usage_event": UsageEvent.ID(rawValue: id).text
        case "subscription": Subscription.ID(rawValue: id).text
        case "coupon": Coupon.ID(rawValue: id).text
        case "invoice": Invoice.ID(rawValue: id).text
        case "credit_purchase": CreditPurchase.ID(rawValue: id).text
        case "credit_refund": CreditRefund.ID(rawValue: id).text
        case "payment_setup": PaymentSetup.ID(rawValue: id).text
        case "import": Import.ID(rawValue: id).text
        case "reconciliation": Reconciliation.ID(rawValue: id).text
        case "drift_item": DriftItem.ID(rawValue: id).text
        case "branding_domain": BrandDomain.ID(rawValue: id).text
        default: nil
        }
    }

    private static func target(of command: Command) -> JSON {
        guard let target = command.target, let kind = command.targetKind, let id = targetID(kind, target) else {
            return .null
        }
        return ["object": .string(kind), "id": .string(id)]
    }

    /// Links are good once, for minutes, and open somebody's account: they are given to who asks for this one
    /// command, and stand in no list.
    private static func result(of command: Command) -> JSON {
        guard !["connect.onboard", "connect.link", MakeDashboardLink.kind].contains(command.kind) else { return .null }
        return .stored(command.result)
    }

    private static func step(_ step: Command.Step) -> JSON {
        [
            "step": .number(step.number), "generation": .number(step.generation),
            "request": .string("\(step.method) \(step.path)"), "sent_at": .time(step.sentAt),
            "answered_at": .time(step.answeredAt), "http_status": .number(step.httpStatus),
            "stripe_request_id": .text(step.requestID), "stripe_id": .text(step.object), "outcome": .text(step.outcome),
        ]
    }

    private static func attempt(_ attempt: Command.Attempt) -> JSON {
        [
            "attempt": .number(attempt.number), "at": .time(attempt.endedAt ?? attempt.beganAt),
            "began": .time(attempt.beganAt), "ended": .time(attempt.endedAt),
            "milliseconds": .number(attempt.milliseconds), "verdict": .string(attempt.verdict),
            "http_status": .number(attempt.httpStatus), "code": .text(attempt.code),
            "stripe_request_id": .text(attempt.requestID), "message": .text(attempt.message),
            "next_attempt_at": .time(attempt.nextAt),
        ]
    }
}
