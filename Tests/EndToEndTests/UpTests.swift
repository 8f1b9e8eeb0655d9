import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// `tollgate up`, and the story of the README told on it.
    @Suite struct UpTests {
        @Test(.timeLimit(.minutes(5)))
        func `tollgate up runs everything, the story is as it should be, and a second run keeps the data`() async throws
        {
            let home = NSTemporaryDirectory() + "tollgate-up-\(UUID().uuidString.prefix(8))"
            defer { try? FileManager.default.removeItem(atPath: home) }
            // The API, its admin port and those of six workers, the stand-in.
            let first = try freePorts(9)
            let (port, adminPort, standInPort) = (first, first + 1, first + 8)
            let environment = [
                "TOLLGATE_HOME": home, "TOLLGATE_PORT": "\(port)", "TOLLGATE_ADMIN_PORT": "\(adminPort)",
                "STRIPE_STAND_IN_PORT": "\(standInPort)",
            ]
            try await Processes.with { processes in
                let up = try await processes.start("tollgate", arguments: ["up"], environment: environment)
                _ = try await up.line(containing: "Tollgate is running", within: .seconds(90))
                let key = try keyNoted(in: home)
                #expect(up.output.contains(key))

                let story = try await run(
                    processes, "/usr/bin/env", ["python3", "tools/story/story.py"],
                    ["TOLLGATE_HOME": home, "STORY_TOOL": try BuiltProducts.executable("tollgate").path])
                #expect(story.exit == 0, "\(story.output)")
                let doctor = try await processes.start(
                    "tollgate", arguments: ["doctor"], environment: ["TOLLGATE_HOME": home])
                #expect(try await doctor.ended(within: .seconds(30)) == 0, "\(doctor.output) \(doctor.errors)")

                // A program that dies is started again, and it is said.
                let pid = try noted("\(home)/logs/tollgate-access-worker.log.pid")
                kill(try #require(Int32(pid)), SIGKILL)
                _ = try await up.line(containing: "tollgate-access-worker ended by itself", within: .seconds(10))
                try await LocalPort.waitUntilHealthy(adminPort + 4, within: .seconds(20))

                #expect(await up.stop(SIGINT, within: .seconds(60)) == 0, "\(up.errors)")
                #expect(LocalPort.get(port, path: "/openapi.yaml") == nil, "the API still answers")

                let second = try await processes.start("tollgate", arguments: ["up"], environment: environment)
                _ = try await second.line(containing: "Tollgate is running", within: .seconds(90))
                #expect(second.output.contains(key), "the demo tenant is another one")
                #expect(try keyNoted(in: home) == key)
                let tenants = try await processes.start(
                    "tollgate", arguments: ["tenants", "list"], environment: ["TOLLGATE_HOME": home])
                _ = try await tenants.ended()
                #expect(tenants.output.contains("Story"), "the story's tenants are gone")
                #expect(await second.stop(SIGINT, within: .seconds(60)) == 0, "\(second.errors)")
            }
        }

        @Test(.timeLimit(.minutes(1)))
        func `two programs on one port are refused before anything starts, and both settings are named`() async throws {
            let home = NSTemporaryDirectory() + "tollgate-up-\(UUID().uuidString.prefix(8))"
            defer { try? FileManager.default.removeItem(atPath: home) }
            try await Processes.with { processes in
                let up = try await processes.start(
                    "tollgate", arguments: ["up"],
                    environment: [
                        "TOLLGATE_HOME": home, "TOLLGATE_PORT": "20000", "TOLLGATE_ADMIN_PORT": "20001",
                        "STRIPE_STAND_IN_PORT": "20006",
                    ])
                #expect(try await up.ended(within: .seconds(30)) == 78)
                #expect(up.errors.contains("STRIPE_STAND_IN_PORT"), "\(up.errors)")
                #expect(up.errors.contains("TOLLGATE_ADMIN_PORT puts at 20001 to 20007"), "\(up.errors)")
                #expect(!FileManager.default.fileExists(atPath: home))
            }
        }

        private func keyNoted(in home: String) throws -> String {
            let lines = try String(contentsOfFile: home + "/demo.env", encoding: .utf8).split(separator: "\n")
            return try #require(lines.first { $0.hasPrefix("TOLLGATE_API_KEY=") }.map { String($0.dropFirst(17)) })
        }

        private func noted(_ file: String) throws -> String {
            try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        }

        /// The first of several free ports in a row, below those the system gives to outgoing connections.
        private func freePorts(_ count: UInt16) throws -> UInt16 {
            for _ in 0..<100 {
                let first = UInt16.random(in: 20_000..<30_000)
                if (0..<count).allSatisfy({ LocalPort.isFree(first + $0) }) { return first }
            }
            throw NeverHappened("\(count) free ports in a row")
        }

        private func run(
            _ processes: Processes, _ path: String, _ words: [String], _ environment: [String: String]
        ) async throws -> (exit: Int32, output: String) {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = words
            process.currentDirectoryURL = SourceTree.root
            process.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"]
                .merging(environment) { $1 }
            let output = Pipe()
            process.standardOutput = output
            process.standardError = output
            try process.run()
            let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
        }
    }
}
