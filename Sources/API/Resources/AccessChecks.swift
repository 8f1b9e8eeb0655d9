import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/clients/{client}/access`: may this client use the portal, and why not (E14, G).
enum AccessChecks {
    /// What the portal asks at every login: one round trip to the database.
    static func show(_ call: Call) async throws -> Response {
        let id: Client.ID = try call.id("client")
        return try await call.read { tx in
            guard let view = AccessView(try tx.run(ViewAccess(id))) else { throw Problem.notFound("client") }
            return .json(.ok, json(view))
        }
    }

    /// Every change, newest first, each with its cause chain (V12).
    static func history(_ call: Call) async throws -> Response {
        let id: Client.ID = try call.id("client")
        let query = try call.query("limit", "starting_after", "ending_before")
        let page = try call.page(query, of: AccessTransition.self)
        return try await call.read { tx in
            guard try tx.first(FindClient(id)) != nil else { throw Problem.notFound("client") }
            let (transitions, hasMore) = page.cut(try tx.run(ListAccessTransitions(of: id, page)))
            return call.listed(transitions.map(json), hasMore: hasMore)
        }
    }

    /// Lets a blocked client in again (G7). Its subscriptions stay as they are (G8).
    static func reactivate(_ call: Call) async throws -> Response {
        let (id, reason) = try wish(call)
        return try await call.write { actor, tx in
            guard let before = try tx.first(LockAccess(id))?.state else { throw Problem.notFound("client") }
            switch before {
            case .closed: throw Problem(.clientClosed, "The client is closed.")
            case .awaitingPayment:
                throw Problem(.clientNotBlocked, "The client is not blocked: it waits for its first payment method.")
            case .active, .pastDue, .blocked: break
            }
            try tx.reactivateAccess(of: id, because: actor.cause, at: actor.now)
            return try told("access.reactivate", id, reason, before, actor, tx)
        }
    }

    /// Refuses a client by the agency's wish.
    static func block(_ call: Call) async throws -> Response {
        let (id, reason) = try wish(call)
        return try await call.write { actor, tx in
            guard let before = try tx.first(LockAccess(id))?.state else { throw Problem.notFound("client") }
            guard before != .closed else { throw Problem(.clientClosed, "The client is closed.") }
            try tx.blockAccess(of: id, because: actor.cause, at: actor.now)
            return try told("access.block", id, reason, before, actor, tx)
        }
    }

    private static func wish(_ call: Call) throws -> (Client.ID, String?) {
        let id: Client.ID = try call.id("client")
        var fields = try call.fields()
        let reason = fields.optional("reason", .text(max: 500))
        try fields.finish()
        return (id, reason)
    }

    private static func told(
        _ action: String, _ id: Client.ID, _ reason: String?, _ before: AccessState, _ actor: Actor,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Done {
        guard let view = AccessView(try tx.run(ViewAccess(id))) else { throw Problem.notFound("client") }
        audit(
            actor, tx, action, id.text, before: ["access": .string(before.rawValue)],
            after: ["access": .string(view.state.rawValue), "reason": .text(reason)])
        return .finished(.ok, json(view))
    }

    private static func json(_ view: AccessView) -> JSON {
        .object([
            "object": "access", "client": .string(view.client.text), "state": .string(view.state.rawValue),
            "allowed": .bool(view.state.isAllowed), "since": .time(view.since),
            "deadline": .time(view.holds.compactMap(\.hold.deadline).min()),
            "pay_url": .text(view.holds.lazy.compactMap(\.payURL).first), "stale_since": .time(view.staleSince),
            "holds": .array(view.holds.map { json($0.hold, eventType: $0.eventType, payURL: $0.payURL) }),
        ])
    }

    private static func json(_ transition: AccessTransition) -> JSON {
        [
            "object": "access_transition", "id": .string(transition.id.text), "from": .string(transition.from.rawValue),
            "to": .string(transition.to.rawValue), "at": .time(transition.at),
            "cause": cause(transition.cause, transition.eventType),
            "hold": transition.hold.map { json($0, eventType: nil, payURL: nil) } ?? .null,
            "invoice_number": .text(transition.invoiceNumber),
        ]
    }

    private static func json(_ hold: AccessHold, eventType: String?, payURL: String?) -> JSON {
        .object([
            "object": "access_hold", "id": .string(hold.id.text), "reason": .string(hold.reason.rawValue),
            "effect": .string(hold.effect.rawValue), "policy": .text(hold.policy?.rawValue),
            "subscription": .text(hold.subscription?.text), "invoice": .text(hold.invoice?.text),
            "cause": cause(hold.cause, eventType), "deadline": .time(hold.deadline), "pay_url": .text(payURL),
            "opened_at": .time(hold.openedAt), "released": .text(hold.release?.rawValue),
        ])
    }

    private static func cause(_ cause: AccessCause, _ eventType: String?) -> JSON {
        ["kind": .string(cause.kind.rawValue), "id": .string(cause.id), "event_type": .text(eventType)]
    }
}
