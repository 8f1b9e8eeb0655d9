internal import Daemon

/// What may be chosen about the stack of a development machine.
struct StackSettings: Sendable {
    let folder: DevelopmentFolder
    let ports: StackPorts
    let publicURL: String?
    let stripeBase: String?
    let platformKeyFile: String?
    let connectSecretFile: String?
    let nameServers: String?
    let logLevel: String

    /// Reads them; `runDaemon` declares TOLLGATE_LOG_LEVEL for every program, so it is read here only to pass it on.
    init(_ settings: Settings) {
        folder = DevelopmentFolder(settings)
        publicURL = settings.optionalString(
            "TOLLGATE_PUBLIC_URL", help: "where real Stripe reaches the API, when it can (a tunnel, say)")
        stripeBase = settings.optionalString(
            "STRIPE_API_BASE", help: "real Stripe's address, https://api.stripe.com; without it the stand-in is started"
        )
        ports = Self.ports(settings)
        platformKeyFile = settings.optionalString(
            "TOLLGATE_STRIPE_PLATFORM_KEY_FILE",
            help: "with real Stripe: the file with the platform's key, for Stripe Connect")
        connectSecretFile = settings.optionalString(
            "TOLLGATE_CONNECT_WEBHOOK_SECRET_FILE",
            help: "with real Stripe: the file with the signing secret of the platform's Connect webhook endpoint")
        nameServers = settings.optionalString(
            "TOLLGATE_DNS_SERVERS", help: "name servers for the proof of domains; without it those of the system")
        logLevel = settings.string("TOLLGATE_LOG_LEVEL", default: "info", help: "how much the programs log")
    }

    private static func ports(_ settings: Settings) -> StackPorts {
        let api = settings.integer("TOLLGATE_PORT", default: 8080, in: 1...65_535, help: "the API's port")
        let admin = settings.integer(
            "TOLLGATE_ADMIN_PORT", default: 9090, in: 1...65_529,
            help: "the admin port of the API; the workers take the next six")
        let standIn = settings.integer(
            "STRIPE_STAND_IN_PORT", default: 12_111, in: 1...65_535, help: "the port of the stand-in for Stripe")
        let ports = StackPorts(api: api, admin: admin, standIn: standIn)
        ports.check(settings)
        return ports
    }

    /// Whether the operator named a Stripe of their own.
    var isRealStripe: Bool { stripeBase != nil }
}
