import Billing
import Crypto
import Daemon
import FoundationEssentials
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/payment_processor`: the tenant's link to its Stripe account by a pasted key (seed 1A).
enum PaymentProcessors {
    /// What is connected; never the key (A14).
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON { try answer(tx) }

    /// Takes a pasted key (A9): sealed at once, proven by a worker. Saving five times is five proofs and one webhook
    /// endpoint.
    static func save(_ call: Call) async throws -> Response {
        let pasted = try PastedKey(call.fields())
        let gateway = call.gateway
        return try await call.write { actor, tx in
            try requireFeature(actor)
            let secret = try pasted.keep(actor, gateway, tx)
            let id = try keep(secret, pasted.shape, actor, tx)
            audit(actor, tx, "payment_processor.save", id.text, after: ["key_last4": .string(pasted.shape.last4)])
            let work = VerifyConnection(connection: id, secret: secret, field: pasted.field)
            return try enqueue(work, for: id, actor, tx)
        }
    }

    /// Asks Stripe whether the key still works and the webhook endpoint still stands (A11, A12).
    static func verify(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            let connection = try standing(tx)
            guard connection.mode == .secretKey else {
                return try enqueue(RefreshAccount(connection: connection.id), for: connection.id, actor, tx)
            }
            return try enqueue(CheckConnection(connection: connection.id), for: connection.id, actor, tx)
        }
    }

    /// Makes the webhook endpoint at Stripe stand again (A12).
    static func repairWebhook(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            let connection = try standing(tx)
            guard connection.mode == .secretKey else {
                throw Problem(
                    .paymentProcessorInUse,
                    "A connected account has no webhook endpoint of its own: the platform's serves all.")
            }
            audit(actor, tx, "payment_processor.repair_webhook", connection.id.text)
            return try enqueue(RepairWebhook(connection: connection.id), for: connection.id, actor, tx)
        }
    }

    /// Ends the link: the key is used no more, and a worker takes the webhook endpoint away.
    static func disconnect(_ call: Call) async throws -> Response {
        try await call.write { actor, tx in
            let connection = try standing(tx)
            tx.send(MarkDisconnected(connection.id))
            audit(
                actor, tx, "payment_processor.disconnect", connection.id.text,
                before: ["status": .string(connection.status.rawValue)])
            return try enqueue(DisconnectConnection(connection: connection.id), for: connection.id, actor, tx)
        }
    }

    /// The resource as it stands.
    static func answer(_ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let connection = try tx.first(FindConnection()) else { throw Problem.notFound("payment_processor") }
        return PaymentProcessorAnswer(
            connection: connection, report: try tx.one(FindConnectionReport()),
            permissions: try tx.run(ListKeyPermissions()), livemode: try tx.one(FindLivemode())
        ).json
    }

    /// A connection to work through is there. Reads without a lock: writes of one tenant must not queue behind each
    /// other, and a command that outruns a disconnection waits for the next connection.
    static func requireConnection(_ tx: borrowing Transaction<TenantScope>) throws {
        guard let connection = try tx.first(FindConnection()), connection.status != .disconnected else {
            throw missing
        }
    }

    /// Nothing is connected.
    static var missing: Problem {
        Problem(.paymentProcessorMissing, "Connect a Stripe account first: POST /v1/payment_processor.")
    }

    /// The tenant's connection; refused when there is none, or it was ended. Not locked: a tenant's requests must not
    /// queue up behind each other, and a command of a connection that ends meanwhile finds that out by itself.
    static func standing(_ tx: borrowing Transaction<TenantScope>) throws -> Connection {
        guard let connection = try tx.first(FindConnection()), connection.status != .disconnected else {
            throw missing
        }
        return connection
    }

    /// A3: the feature belongs to a plan of the agency's.
    static func requireFeature(_ actor: Actor) throws {
        guard actor.entrance.features.contains("payment_processor") else {
            throw Problem(.featureNotEnabled, "The feature payment_processor is not part of your plan.")
        }
    }

    /// Accepts a command about the connection.
    static func enqueue(
        _ job: some Job, for id: Connection.ID, _ actor: Actor, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Done {
        let receipt = try tx.enqueue(job, waited: actor.isWaiting, target: ("payment_processor", id.rawValue))
        return .accepted(receipt, kind: type(of: job).kind, target: ("payment_processor", id.text))
    }

    private static func keep(
        _ secret: SealedSecret.ID, _ shape: SecretKeyShape, _ actor: Actor, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Connection.ID {
        var found = try tx.first(FindConnectionForUpdate())
        if found == nil {
            let id = Connection.ID.new(at: actor.now)
            let insert = InsertKeyConnection(id, candidate: secret, shape: shape, token: try unguessable())
            if try tx.first(insert) != nil { return id }
            // Another save of the same moment was first: by now it has committed.
            found = try tx.first(FindConnectionForUpdate())
        }
        guard let connection = found else { throw Problem(.conflict, "Something else was faster.") }
        guard connection.mode == .secretKey || connection.status == .disconnected else {
            throw Problem(
                .paymentProcessorInUse,
                "A Stripe account is connected by Stripe Connect. Disconnect it first: "
                    + "DELETE /v1/payment_processor.")
        }
        tx.send(MarkCandidateKey(connection.id, candidate: secret, shape: shape))
        return connection.id
    }

    /// The part of the webhook's URL that nobody may guess: 128 random bits.
    static func unguessable() throws -> UUID {
        guard let token = UUID(bytes: try RandomBytes.make(16)) else { throw CryptoError.malformedKey }
        return token
    }
}
