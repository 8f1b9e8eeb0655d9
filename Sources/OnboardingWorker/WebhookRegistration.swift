import Billing
import FoundationEssentials
import Jobs
import Postgres
import Stripe
import Worker

/// Makes one webhook endpoint of ours stand in the tenant's account: ours is recognised by its URL, adopted where we
/// hold its secret, and otherwise deleted and made anew, since Stripe tells a secret only once (F4).
struct WebhookRegistration: Sendable {
    private enum Steps {
        static let delete = 10
        static let create = 20
        static let update = 30
    }

    private let state: ConnectionState
    private let job: JobContext

    init(_ state: ConnectionState, _ job: JobContext) {
        self.state = state
        self.job = job
    }

    private var connection: Connection.ID { state.connection.id }

    /// Where Stripe is to post: the last part names the connection and cannot be guessed.
    var url: String { Self.url(state, job) }

    /// See `url`.
    static func url(_ state: ConnectionState, _ job: JobContext) -> String {
        let token = state.webhookToken.uuidString.lowercased().filter { $0 != "-" }
        return job.surroundings.publicURL + "/hooks/stripe/" + token
    }

    /// A creation that was never answered comes first: its secret is in the answer that Stripe replays, and looking at
    /// the list would make us delete the endpoint it belongs to.
    func next() -> Intention {
        job.isUnanswered(step: Steps.create) ? create(used: state.connection.webhookEndpointsUsed ?? 1) : look()
    }

    private func look() -> Intention {
        Intention(.listWebhookEndpoints(), as: .activeKey, seesRefusedKeys: true) { answer, _, tx in
            switch answer {
            case .success(let page): try judge(page.data, tx)
            case .failure(let error): try trouble(error, tx)
            }
        }
    }

    private func judge(_ endpoints: [WebhookEndpoint], _ tx: borrowing Transaction<TenantScope>) throws -> Outcome {
        let ours = endpoints.filter { $0.url == url }
        let standing = ours.first(where: isStanding)
        if let orphan = ours.first(where: { $0.id != standing?.id }) { return .next(delete(orphan.id)) }
        if let standing, let events = standing.enabledEvents, Set(events) != Set(WebhookEndpoint.enabledEvents) {
            return .next(update(standing.id))
        }
        if let standing, let secret = state.webhookSecret {
            return try registered(standing.id, secret, used: endpoints.count, tx)
        }
        guard endpoints.count < WebhookEndpoint.countMax else { return try full(used: endpoints.count, tx) }
        return .next(create(used: endpoints.count + 1))
    }

    /// It sends to us, in our version, and we can check what it signs.
    private func isStanding(_ endpoint: WebhookEndpoint) -> Bool {
        endpoint.id == state.connection.webhookEndpointID && state.webhookSecret != nil && endpoint.status == "enabled"
            && (endpoint.apiVersion ?? StripeRequest.version) == StripeRequest.version
    }

    private func delete(_ id: String) -> Intention {
        Intention(step: Steps.delete, .deleteWebhookEndpoint(id), as: .activeKey, seesRefusedKeys: true) {
            answer, _, tx in
            if case .failure(let error) = answer, !error.isMissing { return try trouble(error, tx) }
            return .next(look())
        }
    }

    /// It stands and hears less, or more, than we want to be told.
    private func update(_ id: String) -> Intention {
        Intention(step: Steps.update, .updateWebhookEndpoint(id), as: .activeKey, seesRefusedKeys: true) {
            answer, _, tx in
            if case .failure(let error) = answer { return try trouble(error, tx) }
            guard let secret = state.webhookSecret else { return .again }
            return try registered(id, secret, used: state.connection.webhookEndpointsUsed ?? 1, tx)
        }
    }

    private func create(used: Int) -> Intention {
        let call = StripeCall<WebhookEndpoint>.createWebhookEndpoint(
            url: url, description: "Tollgate: \(state.tenantName)", metadata: job.metadata(of: connection))
        // No look-up: what an answer lost for a day has made is found by its URL, and deleted.
        return Intention(step: Steps.create, call, as: .activeKey, seesRefusedKeys: true) { answer, _, tx in
            switch answer {
            case .success(let endpoint):
                guard let text = endpoint.secret else {
                    tx.send(MarkWebhookTrouble(connection, .unregistered, problem: nil))
                    return .retry(
                        JobFailure(code: "no_secret", message: "Stripe made the endpoint without telling its secret"))
                }
                let secret = try job.keepWebhookSecret(text, tx)
                if let old = state.webhookSecret { tx.send(MarkSecretRetired(old, inSeconds: 3_600)) }
                return try registered(endpoint.id, secret, used: used, tx)
            case .failure(let error) where error.message.contains("maximum of \(WebhookEndpoint.countMax)"):
                return try full(used: WebhookEndpoint.countMax, tx)
            case .failure(let error):
                return try trouble(error, tx)
            }
        }
    }

    private func registered(
        _ endpoint: String, _ secret: SealedSecret.ID, used: Int, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        tx.send(MarkWebhookRegistered(connection, endpoint: endpoint, secret: secret, used: used))
        if ![.connected, .degraded].contains(state.connection.status) {
            tx.announce(of: connection, "connected", at: job.now)
        }
        try tx.settleHealth(at: job.now)
        try goOn(tx)
        return .done("webhook", "registered")
    }

    private func full(used: Int, _ tx: borrowing Transaction<TenantScope>) throws -> Outcome {
        let detail =
            "The account has \(used) of \(WebhookEndpoint.countMax) webhook endpoints. Delete one in Stripe's "
            + "Dashboard, then repair the webhook."
        return try degraded(Refusal("stripe_endpoint_limit", detail), used: used, tx)
    }

    private func trouble(_ error: StripeError, _ tx: borrowing Transaction<TenantScope>) throws -> Outcome {
        switch error.status {
        case 401:
            let refusal = Refusal(error, code: error.code ?? "api_key_invalid")
            if try tx.first(MarkKeyRefused(problem: refusal.json)) != nil {
                try job.scheduleProbe(of: connection, tx)
            }
            return .refused(refusal)
        case 403:
            let detail = "The key may not manage webhook endpoints: \(error.message)"
            if let needed = KeyPermission.needed.first(where: { $0.name == "webhook" }) {
                let word = KeyPermission.word(in: error.message) ?? needed.stripeName
                tx.send(MarkPermissionProbed(needed, isOK: false, denied: word, detail: error.message))
            }
            return try degraded(Refusal(error, code: "permission_missing", detail: detail), used: nil, tx)
        default:
            return try degraded(Refusal(error, code: error.code ?? "webhook_refused"), used: nil, tx)
        }
    }

    /// The key works without the webhook: missed events are still found by the sweep.
    private func degraded(_ refusal: Refusal, used: Int?, _ tx: borrowing Transaction<TenantScope>) throws -> Outcome {
        tx.send(MarkWebhookTrouble(connection, .unregistered, problem: refusal.json, used: used))
        try goOn(tx)
        return .refused(refusal)
    }

    /// What waited for a key that works runs on.
    private func goOn(_ tx: borrowing Transaction<TenantScope>) throws {
        _ = try tx.first(ResumeConnection())
        try job.scheduleSweep(of: connection, tx)
        try job.scheduleCheck(of: connection, tx)
        try job.enqueue(ExamineConnection(connection: connection), tx)
    }
}
