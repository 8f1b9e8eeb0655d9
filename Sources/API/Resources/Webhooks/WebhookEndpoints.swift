import Billing
import Crypto
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/webhook_endpoints`: where the portal listens, in the form of Standard Webhooks.
enum WebhookEndpoints {
    /// As many as a tenant may have.
    static let countMax = 16
    /// How long the secret before signs too.
    static let overlap: Duration = .seconds(86_400)

    /// Newest first.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before")
        let page = try call.page(query, of: PortalEndpoint.self)
        let rows = try await call.read { tx in try tx.run(ListWebhookEndpoints(page)) }
        let (endpoints, hasMore) = page.cut(rows)
        return call.listed(endpoints.map { json($0) }, hasMore: hasMore)
    }

    /// One.
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        json(try find(call.id("webhook_endpoint"), tx))
    }

    /// A new one. Its secret is shown in this answer and never again.
    static func create(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let url = fields.required("url", .webhookURL(plainHosts: call.gateway.webhookPrivateHosts))
        let types = fields.optional("event_types", .eventTypes) ?? ["*"]
        let description = fields.optional("description", .text(max: 500))
        let metadata = fields.optional("metadata", .metadata) ?? "{}"
        try fields.finish()
        let address = try url()
        let gateway = call.gateway
        return try await call.write { actor, tx in
            guard try tx.one(CountWebhookEndpoints()) < countMax else {
                throw Problem(
                    .webhookEndpointLimit,
                    "There are \(countMax) webhook endpoints already. Delete one you do not need.")
            }
            let id = PortalEndpoint.ID.new(at: actor.now)
            let (secret, row) = try makeSecret(gateway, actor, tx)
            tx.send(
                InsertWebhookEndpoint(
                    id, url: address, description: description, eventTypes: types, secret: row, metadata: metadata))
            let endpoint = try find(id, tx)
            audit(actor, tx, "webhook_endpoint.create", id.text, after: json(endpoint))
            return .finishedOnce(.created, shown: json(endpoint, secret: secret), kept: json(endpoint))
        }
    }

    /// Changes what is mentioned. Enabling one again begins with new events; missed ones are sent on request.
    static func change(_ call: Call) async throws -> Response {
        let id: PortalEndpoint.ID = try call.id("webhook_endpoint")
        var fields = try call.fields()
        let url = fields.optional("url", .webhookURL(plainHosts: call.gateway.webhookPrivateHosts))
        let types = fields.optional("event_types", .eventTypes)
        let enabled = fields.optional("enabled", .bool)
        let description = fields.change("description", .text(max: 500))
        let metadata = fields.optional("metadata", .metadata)
        try fields.finish()
        return try await call.write { actor, tx in
            let before = try find(id, tx)
            var after = before
            after.url = url ?? before.url
            after.eventTypes = types ?? before.eventTypes
            after.description = description.applied(to: before.description)
            after.metadata = metadata ?? before.metadata
            if let enabled {
                after.status = enabled ? .enabled : .disabled
                after.disabledReason = enabled ? nil : before.disabledReason ?? "by_hand"
            }
            tx.send(MarkWebhookEndpointChanged(after))
            audit(actor, tx, "webhook_endpoint.change", id.text, before: json(before), after: json(after))
            return .finished(.ok, json(after))
        }
    }

    /// Ends it; what was on its way is not sent any more.
    static func delete(_ call: Call) async throws -> Response {
        let id: PortalEndpoint.ID = try call.id("webhook_endpoint")
        return try await call.write { actor, tx in
            let before = try find(id, tx)
            var after = before
            after.status = .deleted
            tx.send(MarkEndpointSecretsRetired(id, at: actor.now))
            tx.send(MarkWebhookEndpointChanged(after))
            audit(actor, tx, "webhook_endpoint.delete", id.text, before: json(before))
            return .finished(.ok, ["object": "webhook_endpoint", "id": .string(id.text), "deleted": true])
        }
    }

    /// A new secret; deliveries carry both signatures for a day.
    static func rotate(_ call: Call) async throws -> Response {
        let id: PortalEndpoint.ID = try call.id("webhook_endpoint")
        var fields = try call.fields()
        try fields.finish()
        let gateway = call.gateway
        return try await call.write { actor, tx in
            _ = try find(id, tx)
            let (secret, row) = try makeSecret(gateway, actor, tx)
            tx.send(MarkEndpointSecretsRetired(id, at: actor.now + overlap))
            tx.send(MarkWebhookSecretRotated(id, secret: row, overlapUntil: actor.now + overlap))
            let endpoint = try find(id, tx)
            audit(actor, tx, "webhook_endpoint.rotate_secret", id.text)
            return .finishedOnce(.ok, shown: json(endpoint, secret: secret), kept: json(endpoint))
        }
    }

    /// Sends it a `webhook_endpoint.test` event, whatever types it wants.
    static func test(_ call: Call) async throws -> Response {
        let id: PortalEndpoint.ID = try call.id("webhook_endpoint")
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            let endpoint = try find(id, tx)
            guard endpoint.status == .enabled else {
                throw Problem(.webhookEndpointDisabled, "Enable the webhook endpoint first.")
            }
            let event = PortalEvent.ID.new(at: actor.now)
            let words: JSON = ["webhook_endpoint": .string(id.text)]
            tx.send(
                InsertPortalEvent(
                    event, PortalEvent(type: "webhook_endpoint.test", subject: id.text, body: words.text)))
            let delivery = try tx.one(DeliverTest(id, event: event))
            return .finished(
                .accepted,
                ["object": "webhook_delivery", "id": .string(delivery.text), "event": .string(event.text)])
        }
    }

    /// What was sent to it and how it went, newest first.
    static func deliveries(_ call: Call) async throws -> Response {
        let id: PortalEndpoint.ID = try call.id("webhook_endpoint")
        let query = try call.query("limit", "starting_after", "ending_before", "status")
        let page = try call.page(query, of: WebhookDelivery.self)
        let status = try call.queryWord(query, "status", WebhookDelivery.Status.self)
        let rows = try await call.read { tx in
            _ = try find(id, tx)
            return try tx.run(ListWebhookDeliveries(page, of: id, status: status))
        }
        let (deliveries, hasMore) = page.cut(rows)
        return call.listed(deliveries.map(json), hasMore: hasMore)
    }

    private static func find(
        _ id: PortalEndpoint.ID, _ tx: borrowing Transaction<TenantScope>
    ) throws -> PortalEndpoint {
        guard let endpoint = try tx.first(FindWebhookEndpoint(id)) else { throw Problem.notFound("webhook_endpoint") }
        return endpoint
    }

    /// A new signing secret, sealed for the webhooks worker; the API cannot read it back.
    private static func makeSecret(
        _ gateway: Gateway, _ actor: Actor, _ tx: borrowing Transaction<TenantScope>
    ) throws -> (Secret, SealedSecret.ID) {
        guard let key = gateway.portalSealingKey else {
            throw Problem(.unavailable, "Outgoing webhooks are not set up on this gateway.")
        }
        let secret = try StandardWebhook.makeSecret()
        let id = SealedSecret.ID.new(at: actor.now)
        let envelope = try key.seal(
            secret,
            boundTo: SealedSecret.binding(tenant: actor.entrance.tenantNumber, purpose: .portalWebhook, row: id))
        tx.send(InsertPortalWebhookSecret(id, keyID: key.id, envelope: envelope))
        return (secret, id)
    }

    /// How an endpoint looks outside; with its secret only when that was made just now.
    private static func json(_ endpoint: PortalEndpoint, secret: Secret? = nil) -> JSON {
        [
            "object": "webhook_endpoint", "id": .string(endpoint.id.text), "url": .string(endpoint.url),
            "description": .text(endpoint.description), "event_types": .array(endpoint.eventTypes.map(JSON.string)),
            "status": .string(endpoint.status.rawValue), "disabled_reason": .text(endpoint.disabledReason),
            "secret": secret.map { $0.reveal(JSON.string) } ?? .null,
            "previous_secret_until": .time(endpoint.previousUntil),
            "last_delivered": .time(endpoint.lastDeliveredAt), "metadata": .stored(endpoint.metadata),
            "created": .time(endpoint.createdAt),
        ]
    }

    private static func json(_ delivery: WebhookDelivery) -> JSON {
        [
            "object": "webhook_delivery", "id": .string(delivery.id.text),
            "webhook_endpoint": .string(delivery.endpoint.text), "event": .string(delivery.event.text),
            "event_type": .string(delivery.eventType), "cause": .string(delivery.cause),
            "status": .string(delivery.status.rawValue), "attempts": .stored(delivery.tries),
            "next_attempt": .time(delivery.nextAttemptAt), "created": .time(delivery.createdAt),
            "ended": .time(delivery.endedAt),
        ]
    }
}
