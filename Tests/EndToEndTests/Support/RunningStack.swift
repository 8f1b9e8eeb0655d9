import Crypto
import Daemon
import Foundation
import HTTPClient
import HTTPTypes
import TestSupport

/// The real programs over one test's database: stand-in, API and the workers, each on a free port.
final class RunningStack: Sendable {
    /// The connection string of a role.
    let conninfo: @Sendable (TestDatabase.Role) -> String
    let standIn: StandInClient
    let transport: Transport
    let apiPort: UInt16
    let adminPort: UInt16
    let pepper: String
    /// Everything no log, answer or dump may show.
    let canaries: [String]
    private let processes: Processes
    private let environments: [String: [String: String]]
    let healthPorts: [String: UInt16]

    /// Runs a test's body over a stack on the test's own database; everything ends with it.
    static func with<Output: Sendable>(
        _ body: (RunningStack) async throws -> Output
    ) async throws -> Output {
        let database = TestDatabase.current
        return try await Processes.with { processes in
            let stack = try RunningStack(processes) { database.conninfo($0) }
            try await stack.startAll()
            let output = try await body(stack)
            stack.transport.close()
            return output
        }
    }

    /// Where the API answers.
    var apiURL: String { "http://127.0.0.1:\(apiPort)" }

    /// A stack that is not started yet.
    init(_ processes: Processes, conninfo: @escaping @Sendable (TestDatabase.Role) -> String) throws {
        self.conninfo = conninfo
        self.processes = processes
        let plan = try StackEnvironment(conninfo: conninfo)
        apiPort = plan.apiPort
        adminPort = plan.adminPort
        pepper = plan.pepper
        canaries = plan.canaries
        environments = plan.environments
        healthPorts = plan.healthPorts
        var settings = TransportSettings()
        settings.totalTimeout = .seconds(60)
        settings.silenceTimeout = .seconds(60)
        transport = Transport(settings)
        standIn = StandInClient(url: plan.standInURL, transport: transport)
    }

    /// Starts everything and waits until it is ready.
    func startAll() async throws {
        try await start("stripe-stand-in")
        try await standIn.waitUntilReady()
        for name in healthPorts.keys.sorted() { try await start(name) }
        for port in healthPorts.values { try await LocalPort.waitUntilHealthy(port) }
    }

    /// Starts one of the programs, again or for the first time.
    @discardableResult func start(_ name: String, changing changes: [String: String] = [:]) async throws -> TestProcess
    {
        let environment = environments[name, default: [:]].merging(changes) { $1 }
        let process = try await processes.start(name, environment: environment)
        running.note(process)
        return process
    }

    /// The latest process of a program.
    func process(_ name: String) -> TestProcess? { running.latest(name) }
    /// Every process there was.
    var everyProcess: [TestProcess] { running.all }
    private let running = ProcessList()

    /// Waits until a program is ready.
    func waitUntilReady(_ name: String) async throws {
        guard let port = healthPorts[name] else { return }
        try await LocalPort.waitUntilHealthy(port)
    }

    /// Runs the operator's tool as an operator of this database.
    func tollgate(_ words: String...) async throws -> (exit: Int32, output: String, errors: String) {
        let process = try await processes.start(
            "tollgate", arguments: words,
            environment: ["TOLLGATE_DATABASE_URL": conninfo(.admin), "TOLLGATE_API_KEY_PEPPER": pepper])
        let exit = try await process.ended(within: .seconds(30))
        return (exit, process.output, process.errors)
    }

    /// Makes a tenant with an API key; gives its portal.
    func newPortal(_ title: String = "Agency", scopes: String = "*") async throws -> APIClient {
        let tenant = try await tollgate("tenants", "create", "--name", title, "--json")
        let id = try JSON.parse(Array(tenant.output.utf8)).string("id") ?? ""
        let key = try await tollgate("keys", "create", "--tenant", id, "--scopes", scopes, "--json")
        let text = try JSON.parse(Array(key.output.utf8)).string("key") ?? ""
        return APIClient(url: apiURL, key: text, transport: transport)
    }
}
