import Foundation
import TestSupport
import Testing

extension EndToEnd {
    /// PostgreSQL goes away and comes back: callers are told to come again, and nobody has to restart anything.
    @Suite struct OutageTests {
        @Test func `PostgreSQL restarts: 503 with Retry-After, not ready but alive, then well again by itself`()
            async throws
        {
            let folder = NSTemporaryDirectory() + "tollgate-outage-\(UUID().uuidString.prefix(8))"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try await Processes.with { processes in
                let postgres = try await start(folder)
                let place = try await postgres.line(containing: "ready ", within: .seconds(60)).dropFirst(
                    "ready ".count)
                let conninfo = place.split(separator: " ").filter { !$0.hasPrefix("user=") }.joined(separator: " ")
                let migration = try await processes.start(
                    "tollgate", arguments: ["migrate"], environment: ["TOLLGATE_DATABASE_URL": String(place)])
                #expect(try await migration.ended(within: .seconds(60)) == 0)

                let stack = try RunningStack(processes) { "\(conninfo) user=\($0.rawValue)" }
                try await stack.startAll()
                let portal = try await stack.newPortal()
                #expect(try await portal.get("/v1/clients").status == 200)

                let noted = try String(contentsOfFile: folder + "/data/postmaster.pid", encoding: .utf8)
                let postmaster = try #require(noted.split(separator: "\n").first.flatMap { Int32($0) })
                kill(postmaster, SIGKILL)
                #expect(try await postgres.ended() != 0)
                try await eventually("the API says that it is unavailable") {
                    let answer = try await portal.get("/v1/clients")
                    guard answer.status == 503 else { return false }
                    #expect(answer.headers["Retry-After"] != nil)
                    #expect(answer.string("code") == "unavailable")
                    return true
                }
                for (name, port) in stack.healthPorts {
                    #expect(LocalPort.get(port, path: "/healthz/live")?.hasPrefix("HTTP/1.1 200") == true, "\(name)")
                    try await eventually("\(name) is not ready", within: .seconds(20)) {
                        LocalPort.get(port, path: "/healthz/ready")?.hasPrefix("HTTP/1.1 503") == true
                    }
                }

                let again = try await start(folder)
                _ = try await again.line(containing: "ready ", within: .seconds(60))
                for name in stack.healthPorts.keys { try await stack.waitUntilReady(name) }
                #expect(try await portal.get("/v1/clients").status == 200)
                // Not only the pools: a worker also hears of new work again.
                let answer = try await portal.post("/v1/payment_processor", ["secret_key": .string(Keys.secret())])
                #expect(answer.string("status") == "connected", "\(answer)")
                for process in stack.everyProcess { #expect(process.isRunning, "\(process.name) was not to end") }
                await again.stop()
            }
        }

        private func start(_ folder: String) async throws -> TestProcess {
            try TestProcess.start("tollgate", arguments: ["postgres", "--data", folder], hasLeash: true)
        }
    }
}
