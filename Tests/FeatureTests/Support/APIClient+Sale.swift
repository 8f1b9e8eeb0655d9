import Foundation
import HTTPTypes
import TestSupport

extension APIClient {
    /// A client with a card on file; gives its id.
    func addPayingClient(at standIn: StandInClient, _ form: JSONObject = [:]) async throws -> String {
        let client = try await addClient()
        if !form.isEmpty { _ = try await patch("/v1/clients/\(client)", .object(form)) }
        try await saveCard(client, at: standIn)
        return client
    }

    /// An agent of a client; gives its id.
    func addAgent(of client: String, _ form: JSONObject = [:]) async throws -> String {
        var body: JSONObject = ["client": .string(client), "name": "Agent", "platform": "voice"]
        for entry in form { body[entry.key] = entry.value }
        let answer = try await post("/v1/agents", .object(body), wait: nil)
        guard let id = answer.string("id"), answer.status == 201 else { throw NeverHappened("an agent: \(answer)") }
        return id
    }

    /// A coupon that is at Stripe; gives its id.
    func addCoupon(_ form: JSONObject) async throws -> String {
        var body: JSONObject = ["name": "Spring"]
        for entry in form { body[entry.key] = entry.value }
        let answer = try await post("/v1/coupons", .object(body))
        guard let id = answer.string("id"), answer.status == 201 else { throw NeverHappened("a coupon: \(answer)") }
        return id
    }

    /// Asks for a subscription with more than prices; gives it as it stands.
    func buy(_ client: String, _ form: JSONObject) async throws -> Answer {
        var body = form
        body["client"] = .string(client)
        let answer = try await post("/v1/subscriptions", .object(body))
        guard answer.status < 300, answer.target != nil else { throw NeverHappened("a subscription: \(answer)") }
        return answer
    }

    /// Waits for so many paid invoices of a subscription; gives them, oldest first.
    func bills(of subscription: String, _ count: Int) async throws -> [JSON] {
        let path = "/v1/invoices?subscription=\(subscription)&status=paid&limit=100"
        let found = try await seen(path, "\(count) paid bills") { $0.json.members.count >= count }
        // By Stripe's time: what the clock made at once is mirrored in the order of its events' arrival.
        return found.json.members.sorted { ($0["paid_at"]?.integerValue ?? 0) < ($1["paid_at"]?.integerValue ?? 0) }
    }

    /// Removes, with a body.
    func delete(_ path: String, _ body: JSON) async throws -> Answer {
        try await send(
            .delete, path, body,
            ["Idempotency-Key": UUID().uuidString, "Content-Type": "application/json", "Prefer": "wait=20"])
    }
}

extension StandInClient {
    /// The agency sets Stripe Tax up and registers in the United Kingdom, where 20 percent are taken.
    func collectTax(key: String) async throws {
        let settings = try await stripe(
            .post, "/v1/tax/settings", key: key,
            form: [("defaults[tax_code]", "txcd_10103001"), ("head_office[address][country]", "GB")])
        let registration = try await stripe(
            .post, "/v1/tax/registrations", key: key,
            form: [
                ("country", "GB"), ("country_options[gb][type]", "standard"),
                ("country_options[gb][standard][place_of_supply_scheme]", "standard"), ("active_from", "now"),
            ])
        guard settings.string("status") == "active", registration.status == 200 else {
            throw NeverHappened("Stripe Tax is set up: \(settings) \(registration)")
        }
    }
}
