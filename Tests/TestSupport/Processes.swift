/// The processes of one test: started one by one, ended together when the test is over, however it ends.
public actor Processes {
    private var started: [TestProcess] = []

    /// Runs a test's body with processes that do not outlive it.
    public static func with<Output: Sendable>(
        _ body: (Processes) async throws -> Output
    ) async throws -> Output {
        let processes = Processes()
        do {
            let output = try await body(processes)
            await processes.stopAll()
            return output
        } catch {
            await processes.stopAll()
            throw error
        }
    }

    /// Starts an executable.
    public func start(
        _ name: String, arguments: [String] = [], environment: [String: String] = [:]
    ) throws -> TestProcess {
        let process = try TestProcess.start(name, arguments: arguments, environment: environment)
        started.append(process)
        return process
    }

    /// Ends every process, the latest first.
    public func stopAll() async {
        for process in started.reversed() where process.isRunning { await process.stop() }
        started = []
    }
}
