import Crypto
import Daemon
import FoundationEssentials
import Postgres

/// A real `tollgate-api` on a database of its own with a few tenants, as an operator would start it.
struct APIProcess {
    /// Where it listens.
    let url: String
    /// One API key per tenant.
    let keys: [String]
    private let child: ChildProcess
    private let folder: String

    /// Sessions the API may use, and pgbench beside it.
    static let sessions = 8
    private static let port = 18_480

    /// Makes the tenants, each connected to Stripe as far as the API can tell, and starts the program.
    static func start(_ server: BenchServer, database: String, tenants: Int) async throws -> APIProcess {
        let pepper = Secret(bytes: try RandomBytes.make(32))
        var keys: [String] = []
        var script = BenchQueryStatements.macTable
        for number in 1...tenants {
            let key = try APIKey.make(livemode: false)
            keys.append(key.text.reveal { $0 })
            script += BenchQueryStatements.connectedTenant(number, mac: Hex.encode(key.mac(pepper: pepper)))
        }
        let session = AdministrativeSession(server.conninfo("postgres", database))
        try await session.run(script)
        await session.close()
        let folder = FileManager.default.temporaryDirectory.path + "/tollgate-bench-api.\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let child = try ChildProcess.start(
            path: program(), arguments: [],
            environment: try environment(server, database, pepper, folder), output: .file(folder + "/log"))
        return APIProcess(url: "http://127.0.0.1:\(port)", keys: keys, child: child, folder: folder)
    }

    /// Waits until it answers that it is ready.
    func ready() async throws {
        let answer = try await ChildProcess.runToEnd(
            path: "/usr/bin/curl",
            arguments: [
                "-sSf", "-o", "/dev/null", "--retry", "20", "--retry-delay", "1", "--retry-all-errors",
                "http://127.0.0.1:\(Self.port + 1)/healthz/ready",
            ])
        guard answer.exit.isSuccess else {
            let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
            throw ExitError(code: 1, message: "the API did not become ready: \(log.suffix(600))")
        }
    }

    /// Ends it and waits for its end.
    func stop() async {
        child.terminate()
        _ = await child.wait()
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func program() -> String {
        let own = CommandLine.arguments[0]
        return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            + "/tollgate-api"
    }

    private static func environment(
        _ server: BenchServer, _ database: String, _ pepper: Secret, _ folder: String
    ) throws -> [String: String] {
        let api = try OpeningKey.generate(id: 1, purpose: "stripe-api")
        let webhook = try OpeningKey.generate(id: 2, purpose: "stripe-webhook")
        let portal = try OpeningKey.generate(id: 3, purpose: "portal-webhook")
        return [
            "TOLLGATE_DATABASE_URL": server.conninfo("tollgate_gateway", database),
            "TOLLGATE_ADMIN_DATABASE_URL": server.conninfo("tollgate_pages", database),
            "TOLLGATE_DATABASE_SESSIONS": "\(sessions)",
            "TOLLGATE_PORT": "\(port)", "TOLLGATE_ADMIN_PORT": "\(port + 1)",
            // One key asks for all of them here.
            "TOLLGATE_REQUESTS_PER_MINUTE": "0",
            "TOLLGATE_API_KEY_PEPPER": pepper.revealBytes(Hex.encode),
            "TOLLGATE_STRIPE_API_SEALING_KEY": api.sealingKey.text,
            "TOLLGATE_PORTAL_WEBHOOK_SEALING_KEY": portal.sealingKey.text,
            "TOLLGATE_STRIPE_WEBHOOK_OPENING_KEYS": webhook.text.reveal { $0 },
        ]
    }
}
