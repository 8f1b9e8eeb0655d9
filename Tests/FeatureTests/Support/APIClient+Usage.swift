import Foundation
import HTTPTypes
import TestSupport

extension APIClient {
    /// An agent of a client; gives its id.
    func addBot(of client: String, _ platform: String = "text", _ fields: JSON = []) async throws -> String {
        let answer = try await post(
            "/v1/agents",
            [
                "client": .string(client), "name": "Bot", "platform": .string(platform), "analysis_fields": fields,
            ], wait: nil)
        guard let id = answer.string("id"), answer.status == 201 else { throw NeverHappened("an agent: \(answer)") }
        return id
    }

    /// A meter at Stripe; gives it.
    func addMeter(_ metric: String, formula: String = "sum") async throws -> JSON {
        let answer = try await post(
            "/v1/meters",
            ["display_name": .string("Meter of \(metric)"), "metric": .string(metric), "formula": .string(formula)])
        guard answer.string("status") == "active" else { throw NeverHappened("a meter: \(answer)") }
        return answer.json
    }

    /// A client whose customer is at Stripe; gives both ids.
    func addCustomer(_ name: String, mail: String, phone: String? = nil) async throws -> (
        client: String, stripe: String
    ) {
        var form: JSONObject = ["name": .string(name), "admin_email": .string(mail)]
        if let phone { form["phone"] = .string(phone) }
        let answer = try await post("/v1/clients", .object(form), wait: nil)
        guard let id = answer.string("id") else { throw NeverHappened("a client: \(answer)") }
        _ = try await openCardPage(id)
        guard let customer = try await get("/v1/clients/\(id)").string("stripe_id") else {
            throw NeverHappened("a customer")
        }
        return (id, customer)
    }

    /// One event now; gives what became of it once a worker has looked.
    @discardableResult func use(_ agent: String, _ more: JSONObject = [:]) async throws -> Answer {
        let told = try await tell(agent, more)
        guard let id = told["results"][0]?.string("id") else { throw NeverHappened("usage is taken: \(told)") }
        return try await seen("/v1/usage_events/\(id)", "somebody looked at the event") {
            $0.string("status") != "accepted"
        }
    }

    /// One event now, without waiting.
    func tell(_ agent: String, _ more: JSONObject = [:]) async throws -> Answer {
        var event: JSONObject = [
            "event_id": .string(UUID().uuidString), "agent": .string(agent),
            "occurred_at": .integer(Int64(Date().timeIntervalSince1970)),
        ]
        for entry in more { event[entry.key] = entry.value }
        return try await post("/v1/usage_events", .object(event), wait: nil)
    }

    /// Waits until Stripe took everything of a meter; gives what the customers' sums are.
    func sums(of meter: JSON, toBe wanted: [String: Int64]) async throws -> Answer {
        try await seen("/v1/meters/\(meter.string("id") ?? "")/summary", "the meter's sums are \(wanted)") { answer in
            var found: [String: Int64] = [:]
            for customer in answer["customers"].arrayValue ?? [] {
                found[customer.string("customer") ?? ""] = customer["confirmed"]?.integerValue
            }
            return found == wanted
        }
    }
}

extension StandInClient {
    /// What Stripe itself says a customer used on a meter, from a day ago until now.
    func summary(of meter: JSON, _ customer: String, key: String) async throws -> Int64? {
        let minute = Int64(Date().timeIntervalSince1970) / 60 * 60
        let path =
            "/v1/billing/meters/\(meter.string("stripe_id") ?? "")/event_summaries?customer=\(customer)"
            + "&start_time=\(minute - 86_400)&end_time=\(minute + 60)"
        return try await stripe(.get, path, key: key).json.members.first?["aggregated_value"]?.integerValue
    }
}
