import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/clients/{client}/payment_setup`: the page on which a client saves a card (G1).
enum PaymentSetups {
    /// Opens a page; its address comes with the answer when the request waits, else with the command's result.
    static func open(_ call: Call) async throws -> Response {
        let client: Client.ID = try call.id("client")
        var fields = try call.fields()
        let success = fields.required("success_url", .url)
        let cancel = fields.required("cancel_url", .url)
        try fields.finish()
        let pages = (success: try success(), cancel: try cancel())
        return try await call.write { actor, tx in
            guard let row = try tx.first(FindClientForUpdate(client)) else { throw Problem.notFound("client") }
            guard row.accessState != .closed else { throw Problem(.clientClosed, "The client is closed.") }
            try PaymentProcessors.requireConnection(tx)
            let id = PaymentSetup.ID.new(at: actor.now)
            tx.send(InsertPaymentSetup(id, client: client, successURL: pages.success, cancelURL: pages.cancel))
            let receipt = try tx.enqueue(
                OpenPaymentSetup(setup: id, client: client), waited: actor.isWaiting,
                target: ("payment_setup", id.rawValue))
            return .accepted(receipt, kind: OpenPaymentSetup.kind, target: ("payment_setup", id.text))
        }
    }

    /// The card on file.
    static func listMethods(_ call: Call) async throws -> Response {
        let id: Client.ID = try call.id("client")
        _ = try call.query()
        return try await call.read { tx in
            guard let client = try tx.first(FindClient(id)) else { throw Problem.notFound("client") }
            return call.listed(client.card.map { [json($0)] } ?? [], hasMore: false)
        }
    }

    /// The resource as it stands.
    static func answer(_ id: PaymentSetup.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let setup = try tx.first(FindPaymentSetup(id)) else { throw Problem.notFound("payment_setup") }
        return [
            "object": "payment_setup", "id": .string(setup.id.text), "client": .string(setup.client.text),
            "status": .string(setup.status.rawValue), "url": .text(setup.url), "expires_at": .time(setup.expiresAt),
            "stripe_id": .text(setup.stripeSession), "problem": .stored(setup.problem),
            "created": .time(setup.createdAt),
        ]
    }

    /// How a card looks outside.
    static func json(_ card: Client.Card) -> JSON {
        [
            "object": "payment_method", "stripe_id": .string(card.paymentMethod), "brand": .text(card.brand),
            "last4": .text(card.last4), "exp_month": .number(card.expMonth), "exp_year": .number(card.expYear),
            "default": true,
        ]
    }
}
