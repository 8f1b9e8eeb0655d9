internal import Daemon
internal import HTTPClient
internal import HTTPTypes

/// Asks programs whether they are ready.
struct Readiness: Sendable {
    private let transport: Transport

    /// With connections of its own.
    init() {
        var settings = TransportSettings()
        settings.totalTimeout = .seconds(3)
        transport = Transport(settings)
    }

    /// What a program says of itself; nil when it does not answer.
    func ask(_ url: String) async -> (isReady: Bool, body: String)? {
        let request = OutgoingRequest(method: .get, url: url)
        guard let answer = try? await transport.send(request) else { return nil }
        return (answer.status == 200, String(decoding: answer.body, as: UTF8.self))
    }

    /// Returns when all are ready; names those that are not when the time is over, or nothing when a shutdown came.
    func wait(for plans: [ProgramPlan], within limit: Duration, or shutdown: ShutdownSignal) async throws {
        let deadline = ContinuousClock.now + limit
        var missing = plans
        while !missing.isEmpty, !shutdown.isRequested {
            var still: [ProgramPlan] = []
            for plan in missing where await ask(plan.readyURL)?.isReady != true { still.append(plan) }
            missing = still
            guard ContinuousClock.now < deadline else {
                let names = missing.map { "\($0.name) (its log: \($0.log))" }.joined(separator: ", ")
                throw ExitError.unavailable("not ready after \(limit): \(names)")
            }
            if !missing.isEmpty { try? await Task.sleep(for: .milliseconds(100)) }
        }
    }

    /// Gives the connections back.
    func close() { transport.close() }
}
