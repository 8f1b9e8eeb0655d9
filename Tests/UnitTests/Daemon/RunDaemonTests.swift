import Daemon
import Foundation
import TestSupport
import Testing

/// A program of ours from outside: what an operator's shell and a supervisor see of `runDaemon`.
struct RunDaemonTests {
    private func path() throws -> String { try BuiltProducts.executable("stripe-stand-in").path }

    private func run(
        _ arguments: [String] = [], _ environment: [String: String]
    ) async throws -> (exit: ChildProcess.Exit, lines: [String]) {
        let (exit, output) = try await ChildProcess.runToEnd(
            path: path(), arguments: arguments, environment: environment)
        return (exit, String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init))
    }

    @Test func `wrong settings end the program with 78 and a line a variable`() async throws {
        let (exit, lines) = try await run([
            "STRIPE_STAND_IN_PORT": "http", "TOLLGATE_LOG_LEVEL": "loud", "TOLLGATE_LOG_LEVL": "info",
        ])
        #expect(exit == .code(78))
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0.hasPrefix("stripe-stand-in: ") })
        #expect(lines.contains { $0.contains("did you mean TOLLGATE_LOG_LEVEL?") })
    }

    @Test func `--check reads the settings and stops`() async throws {
        let right = try await run(["--check"], ["STRIPE_STAND_IN_PORT": "0"])
        #expect(right.exit == .code(0))
        let wrong = try await run(["--check"], ["STRIPE_STAND_IN_PORT": "-1"])
        #expect(wrong.exit == .code(78))
    }

    @Test func `--help tells the settings even when they are wrong`() async throws {
        let (exit, lines) = try await run(["--help"], ["STRIPE_STAND_IN_PORT": "http"])
        #expect(exit == .code(0))
        #expect(lines.contains { $0.contains("STRIPE_STAND_IN_PORT [default: ") })
    }

    @Test func `an error of the body is one line and code 1`() async throws {
        let (exit, lines) = try await run(["STRIPE_STAND_IN_PORT": "0", "STRIPE_STAND_IN_ADDRESS": "no address"])
        #expect(exit == .code(1))
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("stripe-stand-in: ") == true)
    }

    @Test(arguments: [ProcessSignal.terminate, .interrupt]) func `a signal asks for the end, which is a success`(
        signal: ProcessSignal
    ) async throws {
        let log = "/tmp/tollgate-run-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: log) }
        let child = try ChildProcess.start(
            path: path(), environment: ["STRIPE_STAND_IN_PORT": "0"], output: .file(log))
        while child.isRunning, (try? String(contentsOfFile: log, encoding: .utf8))?.contains("ready") != true {
            await Task.yield()
        }
        child.terminate(signal.rawValue)
        #expect(await child.wait() == .code(0))
    }

    private func run(_ environment: [String: String]) async throws -> (exit: ChildProcess.Exit, lines: [String]) {
        try await run([], environment)
    }
}
