import Billing
import Crypto
import Daemon
import FoundationEssentials
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// Where Stripe tells what happened. Verify, one INSERT, 200 after the commit, and nothing else: while this is away,
/// every tenant's money is late (F12).
enum StripeHooks {
    /// A webhook of a tenant's own account; the last part of the address names the connection (A10, S18).
    static func receive(_ call: Call) async throws -> Response {
        guard let token = call.parameters["token"].flatMap(UUID.init(hex:)) else { throw refused }
        let (request, gateway) = (call.request, call.gateway)
        let receipt = try await entering {
            try await gateway.intake.transaction(entering: EnterByHook(token: token)) { hook, tx -> CommandReceipt? in
                try verify(request, with: secrets(of: hook, gateway, tx), gateway)
                let event = try StripeEventNotice(request.body)
                guard event.livemode == hook.livemode, event.account == nil || event.account == hook.account else {
                    throw refused
                }
                return try keep(event.received, at: gateway.clock.now(), tx)
            }
        }
        return told(receipt, gateway)
    }

    /// A webhook about connected accounts in test mode; the platform has one endpoint for all of them (F6).
    static func receiveConnectTest(_ call: Call) async throws -> Response {
        try await receiveConnect(call, livemode: false)
    }

    /// The same for real money.
    static func receiveConnectLive(_ call: Call) async throws -> Response {
        try await receiveConnect(call, livemode: true)
    }

    private static func receiveConnect(_ call: Call, livemode: Bool) async throws -> Response {
        let (request, gateway) = (call.request, call.gateway)
        try verify(request, with: gateway.connectSecrets, gateway)
        let event = try StripeEventNotice(request.body)
        guard event.livemode == livemode, let account = event.account else { throw refused }
        do {
            let keep = ReceiveConnectEvent(
                event.received, account: account, livemode: livemode, command: .v7(at: gateway.clock.now()))
            let receipt = try await gateway.intake.transaction(in: PlatformScope.self) { tx in try tx.first(keep) }
            if receipt != nil { WebhookMetrics.record(lag: gateway.clock.now() - event.received.created) }
            return told(receipt, gateway)
        } catch let error as PostgresError where error.state == .invalidAuthorization {
            // The signature is Stripe's and the account is nobody's (disconnected long ago): telling Stripe to try
            // again for three days would change nothing.
            WebhookMetrics.count("unknown_account")
            return received
        }
    }

    /// An unknown address, a wrong signature and a foreign event are one answer: nobody learns which addresses exist.
    static func entering<Output>(_ body: () async throws -> Output) async throws -> Output {
        do {
            return try await body()
        } catch let error as PostgresError where error.state == .invalidAuthorization {
            throw refused
        }
    }

    /// The entered tenant's signing secrets, opened.
    static func secrets(
        of hook: HookEntrance, _ gateway: Gateway, _ tx: borrowing Transaction<TenantScope>
    ) throws -> [Secret] {
        try tx.run(ListWebhookSecrets()).compactMap { sealed in
            let binding = SealBinding(
                tenant: hook.tenantNumber, table: "sealed_secret", purpose: "stripe-webhook", row: sealed.id,
                version: sealed.version)
            do {
                return try gateway.webhookRing.open(sealed.envelope, boundTo: binding)
            } catch {
                observe(WebhookSecretTrouble(error))
                return nil
            }
        }
    }

    /// Whether one of the secrets signed the body.
    static func verify(_ request: Request, with secrets: [Secret], _ gateway: Gateway) throws {
        let headers = request.headers.all("Stripe-Signature")
        do {
            try WebhookSignature.verify(
                header: headers.count == 1 ? headers[0] : "", body: request.body, secrets: secrets,
                now: gateway.clock.now())
        } catch {
            WebhookMetrics.count("refused")
            throw refused
        }
    }

    private static func keep(
        _ event: ReceivedEvent, at now: Timestamp, _ tx: borrowing Transaction<TenantScope>
    ) throws -> CommandReceipt? {
        guard try tx.first(InsertReceivedEvent(event)) != nil else { return nil }
        WebhookMetrics.record(lag: now - event.created)
        return try tx.enqueue(ApplyEvent(event: event.id, customer: event.customer, object: event.object))
    }

    /// The one answer, and the wake-up of whoever has work by it.
    static func told(_ receipt: CommandReceipt?, _ gateway: Gateway) -> Response {
        WebhookMetrics.count(receipt == nil ? "duplicate" : "accepted")
        if let receipt { gateway.kicker.kick(receipt) }
        return received
    }

    /// What Stripe is answered.
    static let received = Response.json(.ok, ["received": true])
    /// What everybody else is answered.
    static let refused = Problem(.invalidSignature, "The webhook was not accepted.")
}

/// A signing secret that no key of ours opens: every webhook of that tenant is refused until somebody looks.
struct WebhookSecretTrouble: Observation {
    let event = "webhook_secret_unreadable"
    let level = LogLevel.error
    /// What the crypto said; it never holds the secret.
    let fields: [ObservationField]

    /// Names the error.
    init(_ error: any Error) { fields = [.text("error", "\(error)")] }
}

/// How many webhooks came, by what became of them, and how late.
enum WebhookMetrics {
    /// How old an event was when it came. The clocks may differ: nothing is early.
    static func record(lag: Duration) {
        Metrics.histogram(
            "tollgate_webhook_arrival_lag_seconds", help: "Age of Stripe's events when they are received."
        )
        .record(max(.zero, lag))
    }

    /// Counts one.
    static func count(_ outcome: String) {
        Metrics.counter(
            "tollgate_webhooks_received_total", help: "Webhooks received from Stripe, by outcome.",
            labels: ["outcome": outcome]
        ).add(1)
    }
}
