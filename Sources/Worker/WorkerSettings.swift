internal import Crypto
public import Daemon
public import Jobs

/// What a worker reads from its environment.
public struct WorkerSettings: Sendable {
    let process: ProcessSettings
    let stripeBase: String
    let surroundings: Surroundings
    let openingKeys: KeyRing
    let platformKey: Secret?

    /// Reads them; throws the first that is well-formed and still useless. Missing and malformed ones are collected by
    /// `settings`.
    public init(_ settings: Settings, queue: QueueName) throws {
        process = ProcessSettings(settings, queue: queue)
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
