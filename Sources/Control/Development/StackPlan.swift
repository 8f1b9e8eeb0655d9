internal import Daemon

/// The whole stack of a development machine: which programs, with which settings.
struct StackPlan: Sendable {
    private let folder: DevelopmentFolder
    private let programs: String
    private let settings: StackSettings
    private let database: String

    /// A stack whose programs are in one folder and whose database is reached by a connection string without user.
    init(_ settings: StackSettings, programs: String, database: String) {
        folder = settings.folder
        self.settings = settings
        self.programs = programs
        self.database = database
    }

    /// The programs in the order of starting; they end in the reverse.
    var all: [ProgramPlan] {
        (settings.isRealStripe ? [] : [standIn]) + [api] + workers + [webhooksWorker]
    }

    /// Where the API answers.
    var apiURL: String { "http://127.0.0.1:\(settings.ports.api)" }
    /// Where the admin pages are.
    var adminURL: String { "http://127.0.0.1:\(settings.ports.admin)" }
    /// Where the stand-in answers.
    var standInURL: String { "http://127.0.0.1:\(settings.ports.standIn)" }

    private var standIn: ProgramPlan {
        plan(
            "stripe-stand-in",
            [
                "STRIPE_STAND_IN_PORT": "\(settings.ports.standIn)",
                "STRIPE_STAND_IN_STATE": folder.path + "/stripe-stand-in.json",
                "STRIPE_STAND_IN_PLATFORM_KEY_FILE": secret(.stripePlatform),
                "STRIPE_STAND_IN_CONNECT_WEBHOOK_URL": apiURL + "/hooks/stripe/connect/test",
                "STRIPE_STAND_IN_CONNECT_WEBHOOK_SECRET_FILE": secret(.connectWebhook),
            ], ready: standInURL + "/_stand_in/health")
    }

    private var api: ProgramPlan {
        plan(
            "tollgate-api",
            [
                "TOLLGATE_DATABASE_URL": url(of: "tollgate_gateway"),
                "TOLLGATE_ADMIN_DATABASE_URL": url(of: "tollgate_pages"),
                "TOLLGATE_PORT": "\(settings.ports.api)",
                "TOLLGATE_ADMIN_PORT": "\(settings.ports.admin)",
                "TOLLGATE_PUBLIC_URL": settings.publicURL ?? apiURL,
                "TOLLGATE_API_KEY_PEPPER_FILE": secret(.apiKeyPepper),
                "TOLLGATE_STRIPE_API_SEALING_KEY_FILE": secret(.stripeAPISealing),
                "TOLLGATE_STRIPE_WEBHOOK_OPENING_KEYS_FILE": secret(.stripeWebhookOpening),
                "TOLLGATE_PORTAL_WEBHOOK_SEALING_KEY_FILE": secret(.portalWebhookSealing),
                "TOLLGATE_WEBHOOK_PRIVATE_HOSTS": Self.privateHosts,
                "TOLLGATE_ACCESS_SIGNING_KEYS_FILE": secret(.accessSigning),
                "TOLLGATE_CONNECT_WEBHOOK_SECRET_FILE":
                    settings.isRealStripe ? settings.connectSecretFile ?? "" : secret(.connectWebhook),
            ], ready: adminURL + "/healthz/ready")
    }

    private var workers: [ProgramPlan] {
        StackPorts.stripeQueues.map { queue in
            let port = settings.ports.admin(ofWorker: queue)
            let environment = [
                "TOLLGATE_DATABASE_URL": url(of: "tollgate_worker"),
                "TOLLGATE_ADMIN_PORT": "\(port)",
                "TOLLGATE_PUBLIC_URL": settings.publicURL ?? apiURL,
                "TOLLGATE_STRIPE_API_OPENING_KEYS_FILE": secret(.stripeAPIOpening),
                "TOLLGATE_STRIPE_WEBHOOK_SEALING_KEY_FILE": secret(.stripeWebhookSealing),
                // An empty value is no value: without the platform's key there is no Stripe Connect.
                "TOLLGATE_STRIPE_PLATFORM_KEY_FILE":
                    settings.isRealStripe ? settings.platformKeyFile ?? "" : secret(.stripePlatform),
                "STRIPE_API_BASE": settings.stripeBase ?? standInURL,
                "TOLLGATE_DNS_SERVERS": settings.nameServers ?? "",
            ]
            return plan(
                "tollgate-\(queue)-worker", environment, ready: "http://127.0.0.1:\(port)/healthz/ready")
        }
    }

    /// It calls addresses of strangers, and knows nothing of Stripe.
    private var webhooksWorker: ProgramPlan {
        let port = settings.ports.admin(ofWorker: "webhooks")
        let environment = [
            "TOLLGATE_DATABASE_URL": url(of: "tollgate_worker"), "TOLLGATE_ADMIN_PORT": "\(port)",
            "TOLLGATE_PORTAL_WEBHOOK_OPENING_KEYS_FILE": secret(.portalWebhookOpening),
            "TOLLGATE_WEBHOOK_PRIVATE_HOSTS": Self.privateHosts,
        ]
        return plan("tollgate-webhooks-worker", environment, ready: "http://127.0.0.1:\(port)/healthz/ready")
    }

    /// A portal under development listens on this machine.
    private static let privateHosts = "127.0.0.1,localhost"

    private func plan(_ name: String, _ environment: [String: String], ready: String) -> ProgramPlan {
        var whole = environment
        whole["PATH"] = "/usr/bin:/bin"
        whole["TOLLGATE_LOG_LEVEL"] = settings.logLevel
        return ProgramPlan(
            name: name, path: "\(programs)/\(name)", environment: whole, log: folder.log(of: name), readyURL: ready)
    }

    private func url(of role: String) -> String { "\(database) user=\(role)" }
    private func secret(_ name: SecretName) -> String { folder.secrets.path(of: name) }
}
