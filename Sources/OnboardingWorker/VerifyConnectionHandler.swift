import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Proves a pasted key: it works, belongs to the account we know, and is of the tenant's mode. Then the webhook.
///
/// The active key goes on working until the pasted one is proven, and for good when it is refused.
struct VerifyConnectionHandler: StripeHandler {
    /// A key as it was pasted, and the field it came in.
    private struct Paste: Sendable {
        let secret: SealedSecret.ID
        let field: String
    }

    func intend(_ work: VerifyConnection, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let state = try tx.first(FindConnectionState(work.connection)), state.connection.status != .disconnected
        else {
            // Nobody looks at it any more: what was pasted must not stay.
            if let secret = work.secret { tx.send(MarkSecretRetired(secret)) }
            return .finish(.refused(Refusal("disconnected", "The connection was ended meanwhile.")))
        }
        guard let secret = work.secret, state.key != secret else {
            return .call(WebhookRegistration(state, job).next())
        }
        // Saved again meanwhile: the newest paste is the one that counts.
        guard state.candidate == secret else {
            tx.send(MarkSecretRetired(secret))
            return .finish(.done("superseded_by", "a newer key"))
        }
        return .call(proveAccount(Paste(secret: secret, field: work.field ?? "secret_key"), state))
    }

    private func proveAccount(_ paste: Paste, _ state: ConnectionState) -> Intention {
        Intention(.retrieveOwnAccount(), as: .candidate(paste.secret), seesRefusedKeys: true) { answer, _, tx in
            switch answer {
            case .success(let account):
                if let known = state.connection.accountID, known != account.id,
                    try state.key != nil || !tx.run(ListOrphans()).isEmpty
                {
                    let detail =
                        "The key belongs to the account \(account.id), not to the connected \(known). To change the "
                        + "account use switch_account, which tells first what would be orphaned."
                    return reject(paste, Refusal("account_mismatch", detail), state, tx)
                }
                if state.connection.accountID == nil, state.key != nil, let customer = try tx.first(FindAnyCustomer()) {
                    return .next(proveCustomer(customer, paste, AccountSnapshot(account), state))
                }
                return .next(proveMode(paste, AccountSnapshot(account), state))
            case .failure(let error) where error.status == 403:
                // A restricted key may not be allowed to see its own account. Unproven is good enough only the first
                // time.
                if state.connection.accountID != nil || state.key != nil {
                    let detail = "The key must be allowed to read the account, to prove that it is the same one."
                    return reject(paste, Refusal(error, code: "permission_missing", detail: detail), state, tx)
                }
                return .next(proveMode(paste, AccountSnapshot(), state))
            case .failure(let error):
                return reject(paste, Refusal(error, code: error.code ?? "api_key_invalid"), state, tx)
            }
        }
    }

    /// The active key may not tell whose it is. A customer's id is one account's alone: a key that knows one of ours is
    /// of the same account.
    private func proveCustomer(
        _ customer: String, _ paste: Paste, _ account: AccountSnapshot, _ state: ConnectionState
    ) -> Intention {
        Intention(.retrieveCustomer(customer), as: .candidate(paste.secret), seesRefusedKeys: true) { answer, _, tx in
            switch answer {
            case .success: return .next(proveMode(paste, account, state))
            case .failure(let error):
                let detail =
                    "The key does not know the customer \(customer) of your clients, so its account is another one. To "
                    + "change the account use switch_account, which tells first what would be orphaned."
                return reject(paste, Refusal(error, code: "account_mismatch", detail: detail), state, tx)
            }
        }
    }

    private func proveMode(_ paste: Paste, _ account: AccountSnapshot, _ state: ConnectionState) -> Intention {
        Intention(.retrieveBalance(), as: .candidate(paste.secret), seesRefusedKeys: true) { answer, _, tx in
            switch answer {
            case .success(let balance) where balance.livemode != state.livemode:
                let detail = "The key is a \(balance.livemode ? "live" : "test") key."
                return reject(paste, Refusal("livemode_mismatch", detail), state, tx)
            case .failure(let error) where error.status != 403:
                return reject(paste, Refusal(error, code: error.code ?? "api_key_invalid"), state, tx)
            case .success, .failure:
                let count = try tx.count(MarkKeyProven(state.connection.id, key: paste.secret, of: account))
                if count == 1 {
                    if let old = state.key { tx.send(MarkSecretRetired(old)) }
                    // What the old key lacked says nothing of this one.
                    tx.send(DeleteKeyPermissions())
                }
                return .again
            }
        }
    }

    private func reject(
        _ paste: Paste, _ refusal: Refusal, _ state: ConnectionState,
        _ tx: borrowing Transaction<TenantScope>
    ) -> Outcome {
        let refusal = refusal.about(paste.field)
        tx.send(MarkCandidateRefused(state.connection.id, key: paste.secret, problem: refusal.json))
        tx.send(MarkSecretRetired(paste.secret))
        return .refused(refusal)
    }
}
