import HTTPClient
import HTTPTypes
import TestSupport

extension APIClient {
    /// Makes a product and waits until it is at Stripe.
    func makeProduct(_ name: String = "Voice agent", _ form: JSONObject) async throws -> Answer {
        var body = form
        body["name"] = .string(name)
        let answer = try await post("/v1/products", .object(body))
        guard answer.status == 201, answer.string("stripe_id") != nil else { throw NeverHappened("sold: \(answer)") }
        return answer
    }

    /// Makes a product with one price; gives that price.
    func makePrice(_ form: JSONObject) async throws -> JSON {
        guard let price = try await makeProduct("Voice agent", form)["prices"][0] else {
            throw NeverHappened("a price")
        }
        return price
    }
}

extension StandInClient {
    /// A price as Stripe has it, with its tiers.
    func price(_ ours: JSON, key: String) async throws -> Answer {
        try await stripe(.get, "/v1/prices/\(ours.string("stripe_id") ?? "none")?expand[0]=tiers", key: key)
    }
}

extension StandInClient {
    /// What anybody sees at an address, without a key.
    func page(at address: String) async throws -> Answer {
        let answer = try await transport.send(OutgoingRequest(method: .get, url: address, headers: [], body: []))
        return Answer(status: answer.status, headers: answer.headers, body: answer.body)
    }
}
