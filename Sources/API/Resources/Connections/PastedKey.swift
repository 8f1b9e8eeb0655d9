import Billing
import Crypto
import Daemon
import HTTPTypes
import Jobs
import Postgres

/// A key as it was pasted, its form checked (A6).
struct PastedKey: Sendable {
    private let key: Secret
    /// What its form tells.
    let shape: SecretKeyShape
    /// The field it came in.
    let field: String

    /// `secret_key` or `restricted_key`; either field takes either kind, since people paste what they have.
    init(_ fields: Fields) throws {
        var fields = fields
        let hasRestricted = fields.has("restricted_key")
        let field = hasRestricted && !fields.has("secret_key") ? "restricted_key" : "secret_key"
        if hasRestricted && fields.has("secret_key") {
            fields.refuse("restricted_key", .invalidField, "Send secret_key or restricted_key, not both.")
        }
        let read = fields.required(
            field,
            FieldKind<Pasted> { json throws(FieldKind<Pasted>.Refusal) in
                guard let text = json.stringValue else { throw .init(detail: "Must be a text.") }
                let trimmed = String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
                do throws(SecretKeyShape.Refusal) {
                    return Pasted(key: Secret(trimmed), shape: try SecretKeyShape(trimmed))
                } catch {
                    throw .init(
                        code: error == .malformed ? .invalidSecretKey : .invalidSecretKeyPrefix, detail: error.text)
                }
            })
        try fields.finish()
        let pasted = try read()
        self.key = pasted.key
        self.shape = pasted.shape
        self.field = field
    }

    private struct Pasted: Sendable {
        let key: Secret
        let shape: SecretKeyShape
    }

    /// Seals it for the workers, who alone can open it.
    func keep(
        _ actor: Actor, _ gateway: Gateway, _ tx: borrowing Transaction<TenantScope>
    ) throws -> SealedSecret.ID {
        guard shape.livemode == actor.entrance.livemode else { throw wrongMode }
        let secret = SealedSecret.ID.new(at: actor.now)
        let envelope = try gateway.sealingKey.seal(
            key,
            boundTo: SealBinding(
                tenant: actor.entrance.tenantNumber, table: "sealed_secret", purpose: "stripe-api",
                row: secret.rawValue, version: 1))
        tx.send(
            InsertSealedSecret(
                secret, purpose: "stripe-api", version: 1, keyID: gateway.sealingKey.id, shape: shape,
                envelope: envelope))
        return secret
    }

    private var wrongMode: Problem {
        let detail =
            shape.livemode
            ? "This is a live key, and your API key is for test. Paste sk_test_… or rk_test_…, or use a tg_live_ key."
            : "This is a test key, and your API key is live. Paste sk_live_… or rk_live_…, or use a tg_test_ key."
        return Problem(issues: [.init(param: field, code: .livemodeMismatch, detail: detail)])
    }
}
