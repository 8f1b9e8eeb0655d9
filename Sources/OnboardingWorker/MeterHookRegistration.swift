import Billing
import FoundationEssentials
import Jobs
import Postgres
import Stripe
import Worker

/// Makes one event destination of ours stand beside the webhook endpoint: Stripe tells of usage it rejected by thin
/// events only, which no ordinary endpoint is sent (F9). Ours is known by its address, adopted where we hold its
/// secret, and otherwise deleted and made anew. It signs with a secret of its own, which the API tries with the others.
struct MeterHookRegistration: Sendable {
    private enum Steps {
        static let delete = 40
        static let create = 41
    }

    private let state: ConnectionState
    private let report: ConnectionReport
    private let job: JobContext

    init(_ state: ConnectionState, _ report: ConnectionReport, _ job: JobContext) {
        self.state = state
        self.report = report
        self.job = job
    }

    /// Where Stripe is to post: `/hooks/stripe/v2/` and the same token as the webhook's.
    var url: String {
        let token = state.webhookToken.uuidString.lowercased().filter { $0 != "-" }
        return job.surroundings.publicURL + "/hooks/stripe/v2/" + token
    }

    /// A creation that was never answered comes first: Stripe replays its answer, secret and all.
    func unanswered() -> Intention? { job.isUnanswered(step: Steps.create) ? create() : nil }

    /// Looks what stands.
    func look() -> Intention {
        Intention(.listEventDestinations(), as: .activeKey, seesRefusedKeys: true) { answer, _, tx in
            switch answer {
            case .success(let page): try judge(page.data, tx)
            case .failure(let error): try trouble(error, tx)
            }
        }
    }

    private func judge(_ found: [EventDestination], _ tx: borrowing Transaction<TenantScope>) throws -> Outcome {
        let ours = found.filter { $0.webhookEndpoint?.url == url }
        let standing = ours.first {
            $0.id == report.meterHookID && report.meterHookSecret != nil && $0.status != "disabled"
        }
        if let orphan = ours.first(where: { $0.id != standing?.id }) { return .next(delete(orphan.id)) }
        guard let standing, let secret = report.meterHookSecret else { return .next(create()) }
        tx.send(MarkMeterHook(.registered, id: standing.id, secret: secret))
        return try over(tx)
    }

    private func delete(_ id: String) -> Intention {
        Intention(step: Steps.delete, .deleteEventDestination(id), as: .activeKey, seesRefusedKeys: true) {
            answer, _, tx in
            if case .failure(let error) = answer, !error.isMissing { return try trouble(error, tx) }
            return .next(look())
        }
    }

    private func create() -> Intention {
        let call = StripeCall<EventDestination>.createEventDestination(
            url: url, name: "Tollgate meter errors", metadata: job.metadata(of: state.connection.id))
        return Intention(step: Steps.create, call, as: .activeKey, seesRefusedKeys: true) { answer, _, tx in
            switch answer {
            case .success(let made):
                guard let text = made.webhookEndpoint?.signingSecret else {
                    return .retry(
                        JobFailure(code: "no_secret", message: "Stripe made the destination without telling its secret")
                    )
                }
                let secret = try job.keepWebhookSecret(text, tx)
                if let old = report.meterHookSecret { tx.send(MarkSecretRetired(old, inSeconds: 3_600)) }
                tx.send(MarkMeterHook(.registered, id: made.id, secret: secret))
                return try over(tx)
            case .failure(let error):
                return try trouble(error, tx)
            }
        }
    }

    /// Usage still flows without it; only what Stripe rejects stays unheard.
    private func trouble(_ error: StripeError, _ tx: borrowing Transaction<TenantScope>) throws -> Outcome {
        switch error.status {
        case 403:
            let needed = KeyPermission.needed.first { $0.name == "event_destination" }
            if let needed {
                let word = KeyPermission.word(in: error.message) ?? needed.stripeName
                tx.send(MarkPermissionProbed(needed, isOK: false, denied: word, detail: error.message))
            }
            tx.send(MarkMeterHook(.unregistered))
        case 404: tx.send(MarkMeterHook(.unavailable))
        default: tx.send(MarkMeterHook(.unregistered))
        }
        return try over(tx)
    }

    private func over(_ tx: borrowing Transaction<TenantScope>) throws -> Outcome {
        try tx.settleHealth(at: job.now)
        return .done("examined", "yes")
    }
}
