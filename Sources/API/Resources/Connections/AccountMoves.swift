import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// What changes the key, the account, or the way to it: `roll_key`, `switch_account` and `move` under
/// `/v1/payment_processor`.
enum AccountMoves {
    /// A new key of the same account. The old one goes on working until the new one is proven, and the webhook stays.
    static func rollKey(_ call: Call) async throws -> Response {
        let pasted = try PastedKey(call.fields())
        let gateway = call.gateway
        return try await call.write { actor, tx in
            try PaymentProcessors.requireFeature(actor)
            let connection = try PaymentProcessors.standing(tx)
            guard connection.mode == .secretKey else {
                throw Problem(
                    .paymentProcessorInUse,
                    "The account is reached through the platform, which has no key of its own for it.")
            }
            let secret = try pasted.keep(actor, gateway, tx)
            tx.send(MarkCandidateKey(connection.id, candidate: secret, shape: pasted.shape))
            audit(
                actor, tx, "payment_processor.roll_key", connection.id.text,
                before: ["key_last4": .text(connection.keyLast4)],
                after: ["key_last4": .string(pasted.shape.last4)])
            let work = VerifyConnection(connection: connection.id, secret: secret, field: pasted.field)
            return try PaymentProcessors.enqueue(work, for: connection.id, actor, tx)
        }
    }

    /// Another account. Without `dry_run: false` it only tells what would be orphaned; with it the caller names the
    /// account it means.
    static func switchAccount(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let isDryRun = fields.optional("dry_run", .bool) ?? true
        let account = fields.optional("account", .line(max: 64))
        if !isDryRun, account == nil {
            fields.refuse(
                "account", .parameterMissing, "Name the account that takes over, as the dry run told it: acct_….")
        }
        let pasted = try PastedKey(fields)
        let gateway = call.gateway
        return try await call.write { actor, tx in
            try PaymentProcessors.requireFeature(actor)
            guard let connection = try tx.first(FindConnection()) else { throw PaymentProcessors.missing }
            let secret = try pasted.keep(actor, gateway, tx)
            if !isDryRun {
                audit(
                    actor, tx, "payment_processor.switch_account", connection.id.text,
                    before: ["account": .text(connection.accountID)], after: ["account": .text(account)])
            }
            let job = SwitchAccount(connection: connection.id, secret: secret, account: isDryRun ? nil : account)
            return try PaymentProcessors.enqueue(job, for: connection.id, actor, tx)
        }
    }

    /// The same account by its own key, or through the platform. Without `dry_run: false` it only tells.
    static func move(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let to: Fields.Checked<Connection.Mode> = fields.required("to", .word)
        let isDryRun = fields.optional("dry_run", .bool) ?? true
        let hasKey = fields.has("secret_key") || fields.has("restricted_key")
        let pasted: PastedKey?
        if hasKey || (try? to()) == .secretKey {
            pasted = try PastedKey(fields)
        } else {
            try fields.finish()
            pasted = nil
        }
        let (mode, gateway) = (try to(), call.gateway)
        return try await call.write { actor, tx in
            try PaymentProcessors.requireFeature(actor)
            guard let connection = try tx.first(FindConnection()), connection.accountID != nil else {
                throw PaymentProcessors.missing
            }
            let secret = mode == .secretKey ? try pasted?.keep(actor, gateway, tx) : nil
            if !isDryRun {
                audit(
                    actor, tx, "payment_processor.move", connection.id.text,
                    before: ["mode": .string(connection.mode.rawValue)], after: ["mode": .string(mode.rawValue)])
            }
            let job = MoveConnection(connection: connection.id, to: mode, secret: secret, isDryRun: isDryRun)
            return try PaymentProcessors.enqueue(job, for: connection.id, actor, tx)
        }
    }
}
