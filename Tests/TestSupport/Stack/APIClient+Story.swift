internal import HTTPTypes

/// The steps stories are made of.
extension APIClient {
    /// Connects a Stripe account by its key; gives the key.
    @discardableResult package func connect(_ key: String = Keys.secret()) async throws -> String {
        let answer = try await post("/v1/payment_processor", ["secret_key": .string(key)])
        guard answer.string("status") == "connected" else { throw NeverHappened("connected: \(answer)") }
        return key
    }

    /// Sells something; gives its price.
    package func sell(_ amount: Int64, period: String?) async throws -> String {
        var body: JSONObject = [
            "name": "Chatbot", "pricing_model": period == nil ? "one_time" : "base_fee",
            "price": ["amount": .integer(amount), "currency": "usd"],
        ]
        if let period { body["billing_period"] = .string(period) }
        let answer = try await post("/v1/products", .object(body))
        guard let price = answer["prices"][0]?.string("id"), answer.status == 201 else {
            throw NeverHappened("sold: \(answer)")
        }
        return price
    }

    /// A new client.
    package func addClient(mail: String? = "admin@client.example") async throws -> String {
        var body: JSONObject = ["name": "Bakery Ltd"]
        if let mail { body["admin_email"] = .string(mail) }
        let answer = try await post("/v1/clients", .object(body), wait: nil)
        guard let id = answer.string("id"), answer.status == 201 else { throw NeverHappened("a client: \(answer)") }
        return id
    }

    /// Opens the card page; gives its address.
    package func openCardPage(_ client: String) async throws -> String {
        let answer = try await post(
            "/v1/clients/\(client)/payment_setup",
            ["success_url": "https://portal.example/ok", "cancel_url": "https://portal.example/no"])
        guard let url = answer.string("url") else { throw NeverHappened("a card page: \(answer)") }
        return url
    }

    /// Saves a card and waits until it is on file.
    package func saveCard(_ client: String, _ number: String = "4242424242424242", at standIn: StandInClient)
        async throws
    {
        let url = try await openCardPage(client)
        guard try await standIn.typeCard(url, number) else { throw NeverHappened("card \(number) is taken") }
        try await eventually("card \(number.suffix(4)) is on file", within: .seconds(30)) {
            let methods = try await get("/v1/clients/\(client)/payment_methods")
            return methods.json.members.contains { $0.string("last4") == String(number.suffix(4)) }
        }
    }

    /// Waits until a new card pays for the running subscriptions too: the file knows it a moment earlier.
    package func cardsAdopted() async throws {
        try await seen("/v1/commands?type=payment_method.adopt&status=pending", "every subscription has its card") {
            $0.json.members.isEmpty
        }
    }

    /// Asks for a subscription; gives its id.
    package func subscribe(_ client: String, to price: String) async throws -> String {
        let answer = try await post(
            "/v1/subscriptions", ["client": .string(client), "items": [["price": .string(price)]]])
        guard let id = answer.target, answer.status < 300 else { throw NeverHappened("a subscription: \(answer)") }
        return id
    }

    /// Waits until a client's access is in a state; gives it.
    @discardableResult package func wait(for client: String, toBe state: String) async throws -> Answer {
        try await seen("/v1/clients/\(client)/access", "access is \(state)") { $0.string("state") == state }
    }

    /// Waits until a resource looks as it should; gives it.
    @discardableResult package func seen(
        _ path: String, _ what: String, within limit: Duration = .seconds(30), _ isSo: (Answer) -> Bool
    ) async throws -> Answer {
        var last: Answer?
        do {
            try await eventually(what, within: limit) {
                let answer = try await get(path)
                last = answer
                return isSo(answer)
            }
        } catch let error as NeverHappened {
            throw NeverHappened("\(error); last seen: \(last.map(String.init(describing:)) ?? "nothing")")
        }
        guard let last else { throw NeverHappened(what) }
        return last
    }
}
