import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/clients`: the tenant's customers.
enum Clients {
    /// Newest first; `external_id` finds one.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "external_id")
        let page = try call.page(query, of: Client.self)
        let rows = try await call.read { tx in try tx.run(ListClients(page, externalID: query["external_id"])) }
        let (clients, hasMore) = page.cut(rows)
        return call.listed(clients.map(json), hasMore: hasMore)
    }

    /// One.
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        try answer(call.id("client"), tx)
    }

    /// A new one. Stripe hears of it when it first buys something.
    static func create(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let name = fields.required("name", .line(max: 200))
        var wish = ClientWish(name: "")
        wish.externalID = fields.optional("external_id", .line(max: 255))
        wish.adminEmail = fields.optional("admin_email", .email)
        wish.phone = fields.optional("phone", .line(max: 50))
        wish.country = fields.optional("country", .addressCountry)
        wish.postalCode = fields.optional("postal_code", .line(max: 20))
        wish.metadata = fields.optional("metadata", .metadata) ?? "{}"
        try fields.finish()
        wish.name = try name()
        let checked = wish
        return try await call.write { actor, tx in
            let id = Client.ID.new(at: actor.now)
            tx.send(InsertClient(id, checked))
            audit(actor, tx, "client.create", id.text)
            return .finished(.created, try answer(id, tx))
        }
    }

    /// Changes what is mentioned; null clears. A client that Stripe knows is told to Stripe too.
    static func change(_ call: Call) async throws -> Response {
        let id: Client.ID = try call.id("client")
        var fields = try call.fields()
        let name = fields.change("name", .line(max: 200))
        if case .clear = name { fields.refuse("name", .invalidField, "A client has a name.") }
        let externalID = fields.change("external_id", .line(max: 255))
        let email = fields.change("admin_email", .email)
        let phone = fields.change("phone", .line(max: 50))
        let country = fields.change("country", .addressCountry)
        let postalCode = fields.change("postal_code", .line(max: 20))
        let metadata = fields.change("metadata", .metadata)
        try fields.finish()
        return try await call.write { actor, tx in
            guard let client = try tx.first(FindClientForUpdate(id)) else { throw Problem.notFound("client") }
            let wish = ClientWish(
                externalID: externalID.applied(to: client.externalID),
                name: name.applied(to: client.name) ?? client.name,
                adminEmail: email.applied(to: client.adminEmail.flatMap(EmailAddress.init)),
                phone: phone.applied(to: client.phone),
                country: country.applied(to: client.country.flatMap(AddressCountry.init)),
                postalCode: postalCode.applied(to: client.postalCode),
                metadata: metadata.applied(to: client.metadata) ?? "{}")
            guard client.accessState != .closed else { throw Problem(.clientClosed, "The client is closed.") }
            tx.send(MarkClientChanged(id, wish))
            let after = try answer(id, tx)
            audit(actor, tx, "client.change", id.text, before: json(client), after: after)
            guard client.stripeCustomer != nil else { return .finished(.ok, after) }
            let receipt = try tx.enqueue(
                PublishClient(client: id), waited: actor.isWaiting, target: ("client", id.rawValue))
            return .accepted(receipt, kind: PublishClient.kind, target: ("client", id.text))
        }
    }

    /// The resource as it stands.
    static func answer(_ id: Client.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let client = try tx.first(FindClient(id)) else { throw Problem.notFound("client") }
        return json(client)
    }

    /// How a client looks outside.
    static func json(_ client: Client) -> JSON {
        .object([
            "object": "client", "id": .string(client.id.text), "external_id": .text(client.externalID),
            "name": .string(client.name), "admin_email": .text(client.adminEmail), "phone": .text(client.phone),
            "country": .text(client.country), "postal_code": .text(client.postalCode),
            "access": .string(client.accessState.rawValue), "access_since": .time(client.accessAt),
            "payment_method": client.card.map(PaymentSetups.json) ?? .null, "stripe_id": .text(client.stripeCustomer),
            "metadata": .stored(client.metadata), "created": .time(client.createdAt),
            "updated": .time(client.updatedAt),
        ])
    }
}
