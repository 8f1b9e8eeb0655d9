internal import Crypto
public import Daemon
public import Jobs
internal import Postgres

/// What a worker reads from its environment.
public struct WorkerSettings: Sendable {
    let database: Secret
    let databaseSessions: Int
    let slots: Int
    let stripeBase: String
    let surroundings: Surroundings
    let openingKeys: KeyRing
    let platformKey: Secret?
    let adminAddress: String
    let adminPort: UInt16

    /// Reads them; throws the first that is well-formed and still useless. Missing and malformed ones are collected by
    /// `settings`.
    public init(_ settings: Settings, queue: QueueName) throws {
        database = settings.secret(
            "TOLLGATE_DATABASE_URL", help: "libpq connection string of role tollgate_worker")
        if database.byteCount > 0, !database.reveal(Database.accepts) {
            settings.reject("TOLLGATE_DATABASE_URL", because: "is not a connection string of PostgreSQL")
        }
        databaseSessions = settings.integer(
            "TOLLGATE_DATABASE_SESSIONS", default: 8, in: 1...200, help: "database sessions for jobs' transactions")
        slots = settings.integer("TOLLGATE_WORKER_SLOTS", default: 16, in: 1...10_000, help: "jobs performed at once")
        stripeBase = settings.string("STRIPE_API_BASE", default: "https://api.stripe.com", help: "where Stripe is")
        let publicURL = settings.string(
            "TOLLGATE_PUBLIC_URL", default: "http://127.0.0.1:8080",
            help: "where Stripe reaches the API: the addresses of registered webhooks begin with it")
        let opening = settings.secret(
            "TOLLGATE_STRIPE_API_OPENING_KEYS", help: "private keys tgkey1:…:stripe-api:…, one per line, newest first")
        let sealing = settings.text(
            "TOLLGATE_STRIPE_WEBHOOK_SEALING_KEY",
            help: "the public key tgpub1:…:stripe-webhook:… to which webhook signing secrets are sealed")
        platformKey = settings.optionalSecret(
            "TOLLGATE_STRIPE_PLATFORM_KEY", help: "the platform's own Stripe key; without it Stripe Connect is off")
        adminAddress = settings.string(
            "TOLLGATE_ADMIN_ADDRESS", default: "127.0.0.1", help: "address of the listener for health and metrics")
        adminPort = UInt16(
            settings.integer(
                "TOLLGATE_ADMIN_PORT", default: 9090 + Int(queue.id), in: 0...65_535,
                help: "port of the listener for health and metrics; 0 takes any free one"))
        for base in [stripeBase, publicURL] where !base.hasPrefix("https://") && !base.hasPrefix("http://") {
            settings.reject(
                base == stripeBase ? "STRIPE_API_BASE" : "TOLLGATE_PUBLIC_URL",
                because: "must begin with https:// or http://")
        }
        openingKeys = try Self.keyRing(opening, settings)
        surroundings = Surroundings(publicURL: publicURL, webhookSealingKey: try Self.sealingKey(sealing, settings))
    }

    private static func keyRing(_ text: Secret, _ settings: Settings) throws -> KeyRing {
        do {
            return try KeyRing(parsing: text)
        } catch {
            // An empty one was noted as missing already.
            if text.byteCount > 0 {
                settings.reject("TOLLGATE_STRIPE_API_OPENING_KEYS", because: "holds no usable key ring: \(error)")
            }
            throw error
        }
    }

    private static func sealingKey(_ text: String, _ settings: Settings) throws -> SealingKey {
        do {
            let key = try SealingKey(parsing: text)
            if key.purpose != "stripe-webhook" {
                settings.reject("TOLLGATE_STRIPE_WEBHOOK_SEALING_KEY", because: "is a key for \(key.purpose)")
            }
            return key
        } catch {
            if !text.isEmpty {
                settings.reject("TOLLGATE_STRIPE_WEBHOOK_SEALING_KEY", because: "is no public key: \(error)")
            }
            throw error
        }
    }
}
