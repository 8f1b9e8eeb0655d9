import Crypto
import Daemon
import Foundation

/// The settings of every program over one test's database, each on a free port.
package struct StackEnvironment: Sendable {
    /// The queues, and so the workers.
    package static let queues = [
        "onboarding", "subscriptions", "invoices", "access", "metering", "webhooks",
    ]

    package let standInPort: UInt16
    package let apiPort: UInt16
    package let adminPort: UInt16
    /// In hex: key of the MAC under which API keys are stored.
    package let pepper: String
    /// Everything no log, answer or dump may show.
    package let canaries: [String]
    /// By program; a test may change them before it starts one.
    package var environments: [String: [String: String]] = [:]
    /// By program: where it tells its health.
    package private(set) var healthPorts: [String: UInt16] = [:]

    /// Where the API answers.
    package var apiURL: String { "http://127.0.0.1:\(apiPort)" }
    /// Where the stand-in answers.
    package var standInURL: String { "http://127.0.0.1:\(standInPort)" }

    /// New keys, new ports.
    package init(conninfo: (TestDatabase.Role) -> String) throws {
        standInPort = try LocalPort.free()
        apiPort = try LocalPort.free()
        adminPort = try LocalPort.free()
        pepper = Hex.encode(try RandomBytes.make(32))
        let apiKey = try OpeningKey.generate(id: 1, purpose: "stripe-api")
        let webhookKey = try OpeningKey.generate(id: 1, purpose: "stripe-webhook")
        let portalKey = try OpeningKey.generate(id: 1, purpose: "portal-webhook")
        let signingKey = try SigningKey.generate(id: 1, purpose: "access-token")
        let platform = "sk_test_" + Keys.letters(40)
        let connectSecret = "whsec_" + Keys.letters(32)
        canaries = [
            pepper, apiKey.text.reveal { $0 }, webhookKey.text.reveal { $0 }, platform, connectSecret,
            portalKey.text.reveal { $0 },
            signingKey.text.reveal { $0 },
        ]
        healthPorts["tollgate-api"] = adminPort
        environments["stripe-stand-in"] = StandInClient.environment(
            port: standInPort, apiURL: apiURL, platformKey: platform, connectSecret: connectSecret)
        environments["tollgate-api"] = [
            "TOLLGATE_DATABASE_URL": conninfo(.gateway), "TOLLGATE_ADMIN_DATABASE_URL": conninfo(.pages),
            "TOLLGATE_PORT": "\(apiPort)", "TOLLGATE_ADMIN_PORT": "\(adminPort)", "TOLLGATE_PUBLIC_URL": apiURL,
            "TOLLGATE_API_KEY_PEPPER": pepper, "TOLLGATE_STRIPE_API_SEALING_KEY": apiKey.sealingKey.text,
            "TOLLGATE_STRIPE_WEBHOOK_OPENING_KEYS": webhookKey.text.reveal { $0 },
            "TOLLGATE_CONNECT_WEBHOOK_SECRET": connectSecret,
            "TOLLGATE_PORTAL_WEBHOOK_SEALING_KEY": portalKey.sealingKey.text,
            "TOLLGATE_WEBHOOK_PRIVATE_HOSTS": "127.0.0.1",
            "TOLLGATE_ACCESS_SIGNING_KEYS": signingKey.text.reveal { $0 },
        ]
        let webhooksPort = try LocalPort.free()
        healthPorts["tollgate-webhooks-worker"] = webhooksPort
        environments["tollgate-webhooks-worker"] = [
            "TOLLGATE_DATABASE_URL": conninfo(.worker), "TOLLGATE_ADMIN_PORT": "\(webhooksPort)",
            "TOLLGATE_PORTAL_WEBHOOK_OPENING_KEYS": portalKey.text.reveal { $0 },
            "TOLLGATE_WEBHOOK_PRIVATE_HOSTS": "127.0.0.1", "TOLLGATE_WEBHOOK_RETRY_SECONDS": "1,1,1",
        ]
        for queue in Self.queues where queue != "webhooks" {
            let port = try LocalPort.free()
            healthPorts["tollgate-\(queue)-worker"] = port
            environments["tollgate-\(queue)-worker"] = [
                "TOLLGATE_DATABASE_URL": conninfo(.worker), "TOLLGATE_ADMIN_PORT": "\(port)",
                "TOLLGATE_PUBLIC_URL": apiURL, "TOLLGATE_STRIPE_API_OPENING_KEYS": apiKey.text.reveal { $0 },
                "TOLLGATE_STRIPE_WEBHOOK_SEALING_KEY": webhookKey.sealingKey.text,
                "TOLLGATE_STRIPE_PLATFORM_KEY": platform, "STRIPE_API_BASE": standInURL,
            ]
        }
    }
}
