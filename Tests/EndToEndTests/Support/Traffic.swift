import Foundation
import HTTPTypes
import TestSupport

/// Clients who sign up, save a card, subscribe and are billed, while everything around them fails; and the truth that
/// must hold afterwards.
struct Traffic: Sendable {
    /// How often one request is asked again (with the same Idempotency-Key) before it counts as lost.
    private static let patience = Duration.seconds(150)

    let stack: RunningStack
    let portals: [APIClient]
    private let prices: [(monthly: String, once: String)]

    /// Agencies that are connected and sell something, made while all is well.
    static func prepare(_ stack: RunningStack, agencies: Int) async throws -> Traffic {
        var portals: [APIClient] = []
        var prices: [(monthly: String, once: String)] = []
        for number in 0..<agencies {
            let portal = try await stack.newPortal("Agency \(number)")
            try await portal.connect()
            prices.append((try await portal.sell(2_500, period: "monthly"), try await portal.sell(900, period: nil)))
            portals.append(portal)
        }
        return Traffic(stack: stack, portals: portals, prices: prices)
    }

    /// One client's whole way, at one agency: subscription, card, one-time invoice. As a portal would, it asks again.
    func signUp(at agency: Int) async throws {
        let portal = portals[agency]
        let client = try await insist(portal, "/v1/clients", ["name": "Client", "admin_email": "admin@client.example"])
        let id = client.string("id") ?? ""
        let subscription = try await insist(
            portal, "/v1/subscriptions", ["client": .string(id), "items": [["price": .string(prices[agency].monthly)]]])
        let page = try await insist(
            portal, "/v1/clients/\(id)/payment_setup",
            ["success_url": "https://portal.example/ok", "cancel_url": "https://portal.example/no"])
        guard try await stack.standIn.typeCard(page.string("url") ?? "", "4242424242424242") else {
            throw NeverHappened("the card is taken: \(page)")
        }
        try await portal.seen("/v1/clients/\(id)/payment_methods", "the card is on file", within: Self.patience) {
            !$0.json.members.isEmpty
        }
        let invoice = try await insist(
            portal, "/v1/invoices",
            ["client": .string(id), "price": .string(prices[agency].once), "collection": "auto_charge"])
        try await portal.seen("/v1/invoices/\(invoice.target ?? "")", "the invoice is paid", within: Self.patience) {
            $0.string("status") == "paid"
        }
        try await portal.seen("/v1/subscriptions/\(subscription.target ?? "")", "it is active", within: Self.patience) {
            $0.string("status") == "active"
        }
        try await portal.seen("/v1/clients/\(id)/access", "access is active", within: Self.patience) {
            $0.string("state") == "active"
        }
    }

    /// Asks, and asks again under the same Idempotency-Key, until it is done.
    private func insist(_ portal: APIClient, _ path: String, _ body: JSON) async throws -> Answer {
        let key = UUID().uuidString
        var last: Answer?
        try await eventually("POST \(path) is done", within: Self.patience) {
            let answer = try await portal.post(path, body, key: key, wait: 2)
            last = answer
            guard answer.status < 500 else { return false }
            guard answer.status < 400 else { throw NeverHappened("POST \(path): \(answer)") }
            return answer.status != 202
        }
        guard let last else { throw NeverHappened(path) }
        return last
    }

    /// Waits until no command waits or runs, but for those that are scheduled for later.
    func quiet(_ database: TestDatabase, within limit: Duration) async throws {
        do {
            try await database.wait(
                until:
                    "SELECT count(*) = 0 FROM jobq.job j WHERE NOT (j.state = 2 AND j.attempt = 0 AND j.run_at > "
                    + "now())",
                within: limit)
        } catch {
            let left = try await database.run(
                """
                SELECT c.kind, j.state, j.attempt, j.failures, j.crashes, j.run_at - now(), jobq.why_one(c.tenant_id, \
                c.id)
                  FROM jobq.job j JOIN app.command c ON c.id = j.id LIMIT 20
                """)
            throw NeverHappened("every command ended; left: \(left)")
        }
    }

    /// What is wrong between our rows and the stand-in's ledger; nothing, one hopes.
    func discrepancies(_ database: TestDatabase, clients: Int) async throws -> [String] {
        var wrong: [String] = []
        let dead = try await database.run(
            "SELECT kind, outcome, problem FROM app.command WHERE outcome IN ('dead', 'failed', 'cancelled')")
        for row in dead { wrong.append("a command ended badly: \(row)") }
        for type in ["customer", "product", "price", "subscription", "invoice", "invoiceitem", "checkout.session"] {
            var seen: [String: Int] = [:]
            for object in try await stack.standIn.objects(type) {
                guard let id = object["metadata"]?.string("tg_id") else { continue }
                seen[id, default: 0] += 1
            }
            if seen.isEmpty { wrong.append("no \(type) of ours is in the ledger") }
            for (id, count) in seen where count > 1 { wrong.append("\(type) \(id) exists \(count) times") }
        }
        let counts: [(String, Int)] = [
            ("customer", clients), ("subscription", clients), ("invoice", 2 * clients),
        ]
        for (type, expected) in counts {
            let count = try await stack.standIn.objects(type).count
            if count != expected { wrong.append("\(count) objects of type \(type) instead of \(expected)") }
        }
        let unpaid = try await stack.standIn.objects("invoice").filter { $0.string("status") != "paid" }
        if !unpaid.isEmpty { wrong.append("\(unpaid.count) invoices are not paid at Stripe") }
        let unapplied = try await database.value("SELECT count(*) FROM app.stripe_event WHERE status = 'received'")
        if unapplied != "0" { wrong.append("\(unapplied ?? "?") events are not applied") }
        let shut = try await database.value("SELECT count(*) FROM app.client WHERE access_state <> 'active'")
        if shut != "0" { wrong.append("\(shut ?? "?") clients are shut out") }
        return wrong
    }
}
