import Crypto
import Daemon
import Jobs
import Worker

/// What the webhooks worker reads from its environment. Nothing of Stripe's is among it.
struct WebhooksSettings: Sendable {
    /// What every worker has.
    let process: ProcessSettings
    /// Opens what deliveries are signed with.
    let openingKeys: KeyRing
    /// Hosts that may be reached over plain HTTP and at private addresses.
    let privateHosts: Set<String>
    /// Pauses after the first, second, … failed try.
    let retries: [Duration]

    /// About 75 hours in ten tries, as Standard Webhooks recommends.
    static let standardRetries = "5,300,1800,7200,18000,36000,50400,72000,86400"

    init(_ settings: Settings) throws {
        process = ProcessSettings(settings, queue: .webhooks)
        let opening = settings.secret(
            "TOLLGATE_PORTAL_WEBHOOK_OPENING_KEYS",
            help: "private keys tgkey1:…:portal-webhook:…, one per line, that open the signing secrets of deliveries")
        let hosts = settings.optionalString(
            "TOLLGATE_WEBHOOK_PRIVATE_HOSTS",
            help: "hosts that deliveries may reach over plain HTTP and at private addresses, separated by commas")
        privateHosts = Set((hosts ?? "").split(separator: ",").map { String($0.filter { $0 != " " }) })
        let name = "TOLLGATE_WEBHOOK_RETRY_SECONDS"
        let text = settings.string(
            name, default: Self.standardRetries, help: "seconds between the tries of a delivery, separated by commas")
        let seconds = text.split(separator: ",").map { Int64($0) }
        if seconds.isEmpty || seconds.contains(where: { $0.map { $0 < 0 || $0 > 604_800 } ?? true }) {
            settings.reject(name, because: "must be whole numbers of seconds, at most a week each")
        }
        retries = seconds.compactMap { $0 }.map { .seconds($0) }
        do {
            openingKeys = try KeyRing(parsing: opening)
        } catch {
            if opening.byteCount > 0 {
                settings.reject("TOLLGATE_PORTAL_WEBHOOK_OPENING_KEYS", because: "holds no usable key ring: \(error)")
            }
            throw error
        }
    }
}
