import Billing
import Crypto
import Daemon
import FoundationEssentials
@testable import Jobs
import Postgres
import Stripe
import TestSupport
import Testing
@testable import Worker

/// One tenant in a fresh database, a scripted Stripe, and handlers in between.
struct HandlerFixture: Sendable {
    let queue: QueueFixture
    let tenant: TestTenant
    let stripe = ScriptedStripe()
    let apiKeys: OpeningKey
    let webhookKeys: OpeningKey
    private let workers: [QueueName: Int64]

    /// `isConnected`: with a proven key of the account `acct_1`.
    init(isConnected: Bool = true) async throws {
        queue = QueueFixture()
        tenant = try await queue.makeTenant()
        apiKeys = try OpeningKey.generate(id: 1, purpose: "stripe-api")
        webhookKeys = try OpeningKey.generate(id: 2, purpose: "stripe-webhook")
        var workers: [QueueName: Int64] = [:]
        for name in QueueName.allCases { workers[name] = try await queue.enroll(name) }
        self.workers = workers
        guard isConnected else { return }
        let connection = try await addConnection()
        let key = try await seal("sk_test_active0000000001")
        try await sql(
            """
            UPDATE app.connection SET status = 'connected', account_id = 'acct_1', secret_id = '\(key.rawValue)',
                                      key_ok = true, events_cursor_at = now() WHERE id = '\(connection.rawValue)'
            """)
    }

    // MARK: Rows

    @discardableResult func sql(_ text: String) async throws -> [[String?]] { try await queue.database.run(text) }
    func value(_ text: String) async throws -> String? { try await queue.database.value(text) }

    func addConnection(mode: String = "secret_key", status: String = "validating") async throws -> Connection.ID {
        let id = Connection.ID.new(at: now)
        try await sql(
            """
            INSERT INTO app.connection (tenant_id, id, mode, status, webhook_token)
            VALUES (\(tenant.id), '\(id.rawValue)', '\(mode)', '\(status)', '\(Self.token)')
            """)
        return id
    }

    /// The tenant's connection.
    func connection() async throws -> Connection.ID {
        let text = try await value("SELECT id FROM app.connection WHERE tenant_id = \(tenant.id)")
        return Connection.ID(rawValue: try #require(text.flatMap(UUID.init(uuidString:))))
    }

    /// A Stripe key, sealed as the API does.
    func seal(_ key: String, kind: String = "secret") async throws -> SealedSecret.ID {
        let id = SealedSecret.ID.new(at: now)
        let binding = SealedSecret.binding(tenant: tenant.id, purpose: .stripeAPI, row: id)
        let envelope = try apiKeys.sealingKey.seal(Secret(key), boundTo: binding)
        try await sql(
            """
            INSERT INTO app.sealed_secret (tenant_id, id, purpose, key_id, key_kind, last4, envelope)
            VALUES (\(tenant.id), '\(id.rawValue)', 'stripe-api', 1, '\(kind)', '\(key.suffix(4))',
                    decode('\(Hex.encode(envelope))', 'hex'))
            """)
        return id
    }

    /// A pasted key, waiting to be proven.
    func paste(_ key: String) async throws -> SealedSecret.ID {
        let secret = try await seal(key)
        try await sql(
            "UPDATE app.connection SET candidate_secret_id = '\(secret.rawValue)' WHERE tenant_id = \(tenant.id)")
        return secret
    }

    func addClient(customer: String? = "cus_1", card: String? = "pm_1", email: String? = "a@c.example") async throws
        -> Client.ID
    {
        let id = Client.ID.new(at: now)
        try await sql(
            """
            INSERT INTO app.client (tenant_id, id, name, admin_email, stripe_customer, payment_method)
            VALUES (\(tenant.id), '\(id.rawValue)', 'Client', \(text(email)), \(text(customer)), \(text(card)))
            """)
        return id
    }

    func addProduct(stripe: String? = "prod_1", prices: [String?] = ["price_1"], interval: String? = "month")
        async throws
        -> (Billing.Product.ID, [Billing.Price.ID])
    {
        let id = Billing.Product.ID.new(at: now)
        try await sql(
            """
            INSERT INTO app.product (tenant_id, id, name, pricing_model, stripe_product)
            VALUES (\(tenant.id), '\(id.rawValue)', 'Product', 'base_fee', \(text(stripe)))
            """)
        var ids: [Billing.Price.ID] = []
        for price in prices {
            let price = (Billing.Price.ID.new(at: now + .milliseconds(ids.count + 1)), price)
            try await sql(
                """
                INSERT INTO app.price (tenant_id, id, product_id, currency, unit_amount, billing_interval, stripe_price)
                VALUES (\(tenant.id), '\(price.0.rawValue)', '\(id.rawValue)', 'eur', 2500, \(text(interval)), \(text(price.1)))
                """)
            ids.append(price.0)
        }
        return (id, ids)
    }

    func addSubscription(
        of client: Client.ID, status: String, stripe: String? = nil, price: Billing.Price.ID? = nil
    ) async throws -> Billing.Subscription.ID {
        let id = Billing.Subscription.ID.new(at: now)
        try await sql(
            """
            INSERT INTO app.subscription (tenant_id, id, client_id, status, stripe_subscription)
            VALUES (\(tenant.id), '\(id.rawValue)', '\(client.rawValue)', '\(status)', \(text(stripe)))
            """)
        if let price {
            try await sql(
                """
                INSERT INTO app.subscription_item (tenant_id, id, subscription_id, price_id)
                VALUES (\(tenant.id), gen_random_uuid(), '\(id.rawValue)', '\(price.rawValue)')
                """)
        }
        return id
    }

    func addInvoice(of client: Client.ID, collection: String, price: Billing.Price.ID) async throws
        -> Billing.Invoice.ID
    {
        let id = Billing.Invoice.ID.new(at: now)
        try await sql(
            """
            INSERT INTO app.invoice (tenant_id, id, client_id, price_id, collection, status, currency, amount_due)
            VALUES (\(tenant.id), '\(id.rawValue)', '\(client.rawValue)', '\(price.rawValue)', '\(collection)', 'preparing', 'eur', 2500)
            """)
        return id
    }

    func addEvent(_ id: String, _ type: String, _ kind: String, _ object: String, customer: String? = "cus_1")
        async throws
        -> ApplyEvent
    {
        try await sql(
            """
            INSERT INTO app.stripe_event (tenant_id, event_id, type, object_kind, object_id, customer, source, created)
            VALUES (\(tenant.id), '\(id)', '\(type)', '\(kind)', '\(object)', \(text(customer)), 'webhook', now())
            """)
        return ApplyEvent(event: id, customer: customer, object: object)
    }

    // MARK: Jobs

    /// Enqueues, claims and performs a job.
    @discardableResult func run<H: StripeHandler>(_ job: H.Work, by handler: H) async throws -> JobOutcome {
        try await queue.enqueue(job, of: tenant)
        return try await perform(try await claim(H.Work.self), by: handler)
    }

    /// The next job of a queue, which must be of this kind.
    func claim<J: Job>(_ kind: J.Type) async throws -> ClaimedJob {
        let worker = try #require(workers[J.queue])
        let job = try #require(try await queue.claimOne(J.queue, as: worker, of: tenant))
        #expect(job.kind == J.kind)
        return job
    }

    /// Performs a claimed job with real statements and the scripted Stripe.
    func perform(_ claim: ClaimedJob, by handler: some StripeHandler) async throws -> JobOutcome {
        await Registry([handler], try step()).perform(claim)
    }

    /// What a job came to is told to the queue, and the job claimed again.
    func again<J: Job>(_ kind: J.Type, after outcome: JobOutcome, _ claim: ClaimedJob) async throws -> ClaimedJob {
        switch outcome {
        case .snooze(_, let why): try await queue.fail(claim, "snooze", after: .zero, message: why?.message ?? "")
        case .retry(let why): try await queue.fail(claim, "retry", message: why.message)
        default: Issue.record("the job is over: \(outcome)")
        }
        try await queue.makeDue()
        return try await self.claim(kind)
    }

    func step(clock: WallClock = .system) throws -> StripeStep {
        let stripe = self.stripe
        return StripeStep(
            database: queue.worker,
            stripe: TenantStripe(
                openingKeys: try KeyRing([apiKeys]), platformKey: Secret("sk_test_platform00000001")
            ) { try await stripe.exchange($0, $1, $2) },
            surroundings: Surroundings(publicURL: Self.publicURL + "/", webhookSealingKey: webhookKeys.sealingKey),
            clock: clock, kick: { _ in })
    }

    /// How the command that ended last ended, and with which problem code; empty while none has.
    func ending() async throws -> String {
        let row = try await sql(
            """
            SELECT outcome, problem ->> 'code' FROM app.command WHERE outcome IS NOT NULL
             ORDER BY finished_at DESC, id DESC LIMIT 1
            """
        ).first
        return (row ?? []).compactMap { $0 }.joined(separator: " ")
    }

    /// Kinds of the live jobs, in the order of their commands.
    func waiting() async throws -> [String] {
        try await sql("SELECT c.kind FROM jobq.job j JOIN app.command c ON c.id = j.id ORDER BY c.id").map {
            $0[0] ?? ""
        }
    }

    private func text(_ value: String?) -> String { value.map { "'\($0)'" } ?? "NULL" }
    private var now: Timestamp { WallClock.system.now() }

    static let publicURL = "https://gw.example"
    static let token = "01234567-89ab-7def-8123-456789abcdef"
    static let hookURL = "https://gw.example/hooks/stripe/0123456789ab7def8123456789abcdef"
}

extension JobOutcome {
    /// Why it did not end well.
    var why: JobFailure? {
        switch self {
        case .snooze(_, let why): why
        case .retry(let why), .dead(let why): why
        case .done, .failed, .recorded: nil
        }
    }
}
