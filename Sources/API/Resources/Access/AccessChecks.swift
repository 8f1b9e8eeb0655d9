import Billing
import Daemon
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

    /// Lets a blocked client in again (G7). Its subscriptions stay as they are (G8). Like blocking, it says how things
    /// shall be: of a client that is let in already nothing changes, and the answer is the same.
    static func reactivate(_ call: Call) async throws -> Response {
        let (id, reason, _) = try wish(call, mayEnd: false)
        return try await call.write { actor, tx in
            guard let before = try tx.first(LockAccess(id))?.state else { throw Problem.notFound("client") }
            try requireRank(actor, over: try tx.run(ListHolds(of: id)))
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
        let (id, reason, end) = try wish(call, mayEnd: true)
        return try await call.write { actor, tx in
            guard let before = try tx.first(LockAccess(id))?.state else { throw Problem.notFound("client") }
            guard before != .closed else { throw Problem(.clientClosed, "The client is closed.") }
            try tx.blockAccess(
                of: id, until: end, by: actor.entrance.role, note: reason, because: actor.cause, at: actor.now)
            return try told("access.block", id, reason, before, actor, tx)
        }
    }

    private static func wish(_ call: Call, mayEnd: Bool) throws -> (Client.ID, String?, Timestamp?) {
        let id: Client.ID = try call.id("client")
        var fields = try call.fields()
        let reason = fields.optional("reason", .text(max: 500))
        var end: Timestamp?
        if mayEnd {
            end = fields.optional("expires_at", .integer(1...253_402_300_799)).map(Timestamp.init(seconds:))
            if let end, end <= call.gateway.clock.now() {
                fields.refuse("expires_at", .momentOutOfRange, "Must be a moment to come.")
            }
        }
        try fields.finish()
        return (id, reason, end)
    }

    /// A block by hand is undone by the same or a higher role only.
    private static func requireRank(_ actor: Actor, over holds: [AccessHold]) throws {
        let above = holds.first {
            $0.isOpen && $0.reason == .manual && ($0.openedRole ?? .owner).rank > actor.entrance.rank
        }
        guard above == nil else {
            throw Problem(.holdOfHigherRole, "Somebody with a higher role blocked the client, and undoes it.")
        }
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

    /// How a client's access looks outside.
    static func json(_ view: AccessView) -> JSON {
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
            "invoice_number": .text(transition.invoiceNumber), "chain": chain(transition),
        ]
    }

    /// Why, link by link: what happened, the bill, the hold, the rule, the state. Links into Stripe's Dashboard where
    /// there is a page.
    private static func chain(_ transition: AccessTransition) -> JSON {
        var links: [JSON] = [
            link(
                transition.cause.kind.rawValue, transition.cause.id, transition.eventType,
                transition.cause.kind == .event ? dashboard("events", transition.cause.id, transition) : nil)
        ]
        if let hold = transition.hold {
            if let invoice = hold.invoice {
                let url = transition.stripeInvoice.flatMap { dashboard("invoices", $0, transition) }
                links.append(link("invoice", invoice.text, transition.invoiceNumber, url))
            }
            if let subscription = hold.subscription {
                let url = transition.stripeSubscription.flatMap { dashboard("subscriptions", $0, transition) }
                links.append(link("subscription", subscription.text, nil, url))
            }
            links.append(link("hold", hold.id.text, hold.reason.rawValue, nil))
            if let policy = hold.policy { links.append(link("policy", "dunning_policy", policy.rawValue, nil)) }
        }
        links.append(link("state", transition.to.rawValue, nil, nil))
        return .array(links)
    }

    private static func link(_ kind: String, _ id: String, _ word: String?, _ url: String?) -> JSON {
        ["object": .string(kind), "id": .string(id), "word": .text(word), "stripe_url": .text(url)]
    }

    private static func dashboard(_ what: String, _ id: String, _ transition: AccessTransition) -> String? {
        transition.account.map { "https://dashboard.stripe.com/\($0)/\(what)/\(id)" }
    }

    private static func json(_ hold: AccessHold, eventType: String?, payURL: String?) -> JSON {
        .object([
            "object": "access_hold", "id": .string(hold.id.text), "reason": .string(hold.reason.rawValue),
            "effect": .string(hold.effect.rawValue), "policy": .text(hold.policy?.rawValue),
            "subscription": .text(hold.subscription?.text), "invoice": .text(hold.invoice?.text),
            "cause": cause(hold.cause, eventType), "deadline": .time(hold.deadline), "pay_url": .text(payURL),
            "opened_at": .time(hold.openedAt), "released": .text(hold.release?.rawValue),
            "expires_at": .time(hold.expiresAt), "note": .text(hold.note), "dispute": .text(hold.dispute),
        ])
    }

    private static func cause(_ cause: AccessCause, _ eventType: String?) -> JSON {
        ["kind": .string(cause.kind.rawValue), "id": .string(cause.id), "event_type": .text(eventType)]
    }
}
