import Billing
import Crypto
import Daemon
import FoundationEssentials
import HTTPClient
import HTTPTypes
import Jobs
import Postgres
import Worker

/// One try of one delivery: read, send, record. No transaction is open while the portal is spoken to. A worker that
/// dies in between leaves the delivery as it was, and another one tries again under the same `webhook-id`.
struct Delivery: Sendable {
    private let database: Database
    private let transport: Transport
    private let openingKeys: KeyRing
    private let retries: [Duration]

    init(database: Database, transport: Transport, openingKeys: KeyRing, retries: [Duration]) {
        self.database = database
        self.transport = transport
        self.openingKeys = openingKeys
        self.retries = retries
    }

    /// What the portal said.
    private struct Reply {
        var status: Int?
        var error: String?
        var retryAfter: Duration?
        var took: Duration
        var isTaken: Bool { status.map { (200..<300).contains($0) } ?? false }
        var words: String { status.map { "the portal answered \($0)" } ?? error ?? "nobody answered" }
        var problem: String {
            let body: JSON = ["code": "webhook_exhausted", "detail": .string(words)]
            return body.text
        }
    }

    /// Carries out one claimed job. Never throws: what goes wrong on our side is tried again.
    func perform(_ work: DeliverWebhook, _ claim: ClaimedJob) async -> JobOutcome {
        do {
            guard let order = try await read(work, claim) else { return .recorded }
            let reply = await send(order)
            DeliveryFigures.record(reply.status, took: reply.took)
            return try await record(reply, order, work, claim)
        } catch let error as CryptoError {
            return .retry(JobFailure(code: "secret_unreadable", message: "its signing secret cannot be used: \(error)"))
        } catch {
            return .judging(error, of: claim)
        }
    }

    /// What there is to send; nil when the job is over already, and ended.
    private func read(_ work: DeliverWebhook, _ claim: ClaimedJob) async throws -> SignedOrder? {
        let order = try await database.transaction(entering: EnterJob(claim)) { tx -> DeliveryOrder? in
            guard let order = try tx.first(FindDeliveryOrder(work.delivery)), !order.isOver else {
                tx.send(FinishJob(claim, .done(result: #"{"delivery":"over"}"#)))
                return nil
            }
            guard order.isEnabled else {
                tx.send(MarkDelivery(work.delivery, .canceled, attempts: order.attempts, error: "endpoint disabled"))
                tx.send(FinishJob(claim, .done(result: #"{"delivery":"canceled"}"#)))
                return nil
            }
            return order
        }
        guard let order else { return nil }
        let secrets = try order.secrets.map { sealed in
            try openingKeys.open(
                sealed.envelope,
                boundTo: SealedSecret.binding(
                    tenant: claim.tenant, purpose: .portalWebhook, row: sealed.id, version: sealed.version))
        }
        let body = DeliveryBody.bytes(of: order.content)
        let signature = try StandardWebhook.sign(
            id: order.content.id.text, at: order.now, body: body, secrets: secrets)
        return SignedOrder(order: order, body: body, signature: signature)
    }

    private struct SignedOrder {
        let order: DeliveryOrder
        let body: [UInt8]
        let signature: String
    }

    private func send(_ signed: SignedOrder) async -> Reply {
        let request = OutgoingRequest(
            method: .post, url: signed.order.url,
            headers: [
                ("Content-Type", "application/json"), ("webhook-id", signed.order.content.id.text),
                ("webhook-timestamp", String(signed.order.now.seconds)), ("webhook-signature", signed.signature),
            ], body: signed.body)
        let start = ContinuousClock.now
        do {
            let answer = try await transport.send(request)
            let wait = answer.headers["Retry-After"].flatMap { Int64($0) }.map {
                Duration.seconds(min(max($0, 0), 86_400))
            }
            return Reply(status: answer.status, retryAfter: wait, took: ContinuousClock.now - start)
        } catch {
            return Reply(error: error.sentence, took: ContinuousClock.now - start)
        }
    }

    private func record(
        _ reply: Reply, _ signed: SignedOrder, _ work: DeliverWebhook, _ claim: ClaimedJob
    ) async throws -> JobOutcome {
        let order = signed.order
        let count = order.attempts + 1
        let pause = pause(after: count, reply)
        return try await database.transaction(entering: EnterJob(claim)) { tx -> JobOutcome in
            tx.send(
                InsertWebhookAttempt(
                    work.delivery, number: count, status: reply.status, error: reply.error, took: reply.took))
            if reply.isTaken {
                tx.send(MarkDelivery(work.delivery, .delivered, attempts: count, answered: reply.status))
                tx.send(MarkEndpointDelivered(order.endpoint))
                tx.send(FinishJob(claim, .done(result: #"{"delivery":"delivered"}"#)))
                return .recorded
            }
            if let pause, reply.status != 410 {
                tx.send(
                    MarkDelivery(
                        work.delivery, .retrying, attempts: count, answered: reply.status, error: reply.error,
                        next: order.now + pause))
                // Without its status: the queue takes one for Stripe's, and would slow the tenant's account down by it.
                return .snooze(pause, JobFailure(code: "not_taken", message: reply.words))
            }
            tx.send(
                MarkDelivery(work.delivery, .exhausted, attempts: count, answered: reply.status, error: reply.error))
            try disable(order, because: reply.status == 410 ? "gone" : "failing", work, tx)
            tx.send(FinishJob(claim, .failed(problem: reply.problem)))
            return .recorded
        }
    }

    /// Who has said it is gone, or has taken nothing in three days, is not called any more; the portal's other
    /// endpoints are told.
    private func disable(
        _ order: DeliveryOrder, because reason: String, _ work: DeliverWebhook, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        guard try tx.first(MarkEndpointDisabled(order.endpoint, by: work.delivery, because: reason)) != nil else {
            return
        }
        let words: JSON = ["webhook_endpoint": .string(order.endpoint.text), "reason": .string(reason)]
        tx.announce(
            PortalEvent(type: "webhook_endpoint.disabled", subject: order.endpoint.text, body: words.text),
            at: order.now)
    }

    /// How long to wait after so many failed tries; nil when that was the last. Up to a tenth longer, so that what
    /// failed together does not return together.
    private func pause(after count: Int, _ reply: Reply) -> Duration? {
        guard count <= retries.count else { return nil }
        let pause = retries[count - 1]
        let spread = pause + pause * Int.random(in: 0...100) / 1_000
        return max(spread, reply.retryAfter ?? .zero)
    }
}

extension HTTPClientError {
    /// For the portal's developer.
    fileprivate var sentence: String {
        switch self {
        case .notSent(let reason): reason
        case .unknownOutcome(let reason): reason
        case .tooLarge: "the answer was too large"
        case .canceled: "the worker stopped"
        }
    }
}
