import Crypto
import Daemon
import Postgres

/// Everything the API reads from its environment.
struct APISettings: Sendable {
    /// The database as `tollgate_gateway`.
    var databaseURL: Secret
    /// How many transactions may run at once.
    var sessions: Int
    /// The database as `tollgate_pages`, for the admin pages.
    var adminDatabaseURL: Secret
    /// The public listener.
    var address: String
    /// The public listener; 0 takes any free port.
    var port: Int
    /// The admin listener.
    var adminAddress: String
    /// The admin listener; 0 takes any free port.
    var adminPort: Int
    /// Asked for by the admin pages where it is set.
    var adminToken: Secret?
    /// Where the portals and Stripe reach the API; without a slash at the end.
    var publicURL: String
    /// Key of the MAC under which API keys are stored.
    var pepper: Secret
    /// Requests a minute and key; 0 counts none.
    var requestsPerMinute: Int
    /// Sign access tokens, the first; empty signs none.
    var accessKeys: [SigningKey]
    /// To whom pasted Stripe keys are sealed.
    var sealingKey: SealingKey?
    /// Opens webhook signing secrets, and nothing else.
    var webhookRing: KeyRing?
    /// Signing secrets of the platform's Connect endpoint, the newest first.
    var connectSecrets: [Secret]
    /// To whom the signing secrets of outgoing webhooks are sealed.
    var portalSealingKey: SealingKey?
    /// Hosts that outgoing webhooks may reach over plain HTTP.
    var webhookPrivateHosts: Set<String>

    /// Reads them; what is wrong is collected by `settings` and told at once.
    init(_ settings: Settings) {
        databaseURL = settings.secret(
            "TOLLGATE_DATABASE_URL", help: "libpq connection string of the role tollgate_gateway")
        sessions = settings.integer(
            "TOLLGATE_DATABASE_SESSIONS", default: 8, in: 2...200, help: "how many transactions may run at once")
        adminDatabaseURL = settings.secret(
            "TOLLGATE_ADMIN_DATABASE_URL",
            help: "libpq connection string of the role tollgate_pages, for the admin pages")
        address = settings.string(
            "TOLLGATE_LISTEN_ADDRESS", default: "127.0.0.1", help: "address of the public listener")
        port = settings.integer(
            "TOLLGATE_PORT", default: 8080, in: 0...65_535, help: "port of the public listener; 0 takes any free one")
        adminAddress = settings.string(
            "TOLLGATE_ADMIN_ADDRESS", default: "127.0.0.1",
            help: "address of the admin listener: health, metrics, admin pages")
        adminPort = settings.integer(
            "TOLLGATE_ADMIN_PORT", default: 9090, in: 0...65_535,
            help: "port of the admin listener; 0 takes any free one")
        adminToken = settings.optionalSecret(
            "TOLLGATE_ADMIN_TOKEN",
            help: "asked for by the admin pages (bearer token, or password of any user name); "
                + "required when the admin listener is not on loopback")
        publicURL = settings.string(
            "TOLLGATE_PUBLIC_URL", default: "http://127.0.0.1:8080", help: "where the portals and Stripe reach the API")
        requestsPerMinute = settings.integer(
            "TOLLGATE_REQUESTS_PER_MINUTE", default: 60_000, in: 0...100_000_000,
            help: "how many requests each API key may send a minute to this process; 0 counts none")
        pepper = Self.pepper(settings)
        sealingKey = Self.sealingKey(
            "TOLLGATE_STRIPE_API_SEALING_KEY", purpose: "stripe-api", for: "pasted Stripe keys are sealed to", settings)
        portalSealingKey = Self.sealingKey(
            "TOLLGATE_PORTAL_WEBHOOK_SEALING_KEY", purpose: "portal-webhook",
            for: "the signing secrets of outgoing webhooks are sealed to", settings)
        let hosts = settings.optionalString(
            "TOLLGATE_WEBHOOK_PRIVATE_HOSTS",
            help: "hosts that outgoing webhooks may reach over plain HTTP and at private addresses, separated by commas"
        )
        webhookPrivateHosts = Set((hosts ?? "").split(separator: ",").map { String($0.filter { $0 != " " }) })
        accessKeys = Self.accessKeys(settings)
        webhookRing = Self.webhookRing(settings)
        connectSecrets = Self.connectSecrets(settings)
        while publicURL.hasSuffix("/") { publicURL.removeLast() }
        if !publicURL.hasPrefix("https://"), !publicURL.hasPrefix("http://") {
            settings.reject("TOLLGATE_PUBLIC_URL", because: "must begin with https:// or http://")
        }
        for (name, url) in [
            ("TOLLGATE_DATABASE_URL", databaseURL), ("TOLLGATE_ADMIN_DATABASE_URL", adminDatabaseURL),
        ] where url.byteCount > 0 && !url.reveal(Database.accepts) {
            settings.reject(name, because: "is not a connection string of PostgreSQL")
        }
        if adminToken == nil, !["127.0.0.1", "::1", "localhost"].contains(adminAddress) {
            settings.reject("TOLLGATE_ADMIN_TOKEN", because: "is required when TOLLGATE_ADMIN_ADDRESS is not loopback")
        }
    }

    private static func pepper(_ settings: Settings) -> Secret {
        let name = "TOLLGATE_API_KEY_PEPPER"
        let text = settings.secret(name, help: "hex, at least 32 bytes: key of the MAC under which API keys are stored")
        guard text.byteCount > 0 else { return text }
        guard let bytes = text.reveal(Hex.decode), bytes.count >= 32 else {
            settings.reject(name, because: "must be at least 64 hexadecimal digits")
            return text
        }
        return Secret(bytes: bytes)
    }

    private static func sealingKey(
        _ name: String, purpose: String, for use: String, _ settings: Settings
    ) -> SealingKey? {
        let text = settings.text(name, help: "public key (tgpub1:…:\(purpose):…) \(use)")
        guard !text.isEmpty else { return nil }
        guard let key = try? SealingKey(parsing: text), key.purpose == purpose else {
            settings.reject(name, because: "must be a public key of the form tgpub1:<id>:\(purpose):<64 hex digits>")
            return nil
        }
        return key
    }

    private static func webhookRing(_ settings: Settings) -> KeyRing? {
        let name = "TOLLGATE_STRIPE_WEBHOOK_OPENING_KEYS"
        let text = settings.secret(
            name, help: "private keys (tgkey1:…:stripe-webhook:…), one per line, that open webhook signing secrets")
        guard text.byteCount > 0 else { return nil }
        guard let ring = try? KeyRing(parsing: text) else {
            settings.reject(name, because: "must be lines of the form tgkey1:<id>:stripe-webhook:<64 hex digits>")
            return nil
        }
        return ring
    }

    private static func accessKeys(_ settings: Settings) -> [SigningKey] {
        let name = "TOLLGATE_ACCESS_SIGNING_KEYS"
        let text = settings.optionalSecret(
            name,
            help: "Ed25519 keys (tgsig1:…:access-token:…), one per line: the first signs access tokens, all are "
                + "published; without one no tokens are signed")
        guard let text else { return [] }
        guard let keys = try? SigningKey.ring(parsing: text), keys.allSatisfy({ $0.purpose == "access-token" }) else {
            settings.reject(name, because: "must be lines of the form tgsig1:<id>:access-token:<64 hex digits>")
            return []
        }
        return keys
    }

    private static func connectSecrets(_ settings: Settings) -> [Secret] {
        let secret = settings.optionalSecret(
            "TOLLGATE_CONNECT_WEBHOOK_SECRET",
            help: "signing secrets of the platform's Connect webhook endpoint, one per line")
        guard let secret else { return [] }
        return secret.reveal { text in
            text.split(whereSeparator: { $0.isNewline || $0 == "," || $0 == " " }).map { Secret(String($0)) }
        }
    }
}
