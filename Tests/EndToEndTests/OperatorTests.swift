import Foundation
import HTTPTypes
import TestSupport
import Testing

extension EndToEnd {
    /// What an operator does with `tollgate`, and what callers notice of it.
    @Suite(.freshDatabase) struct OperatorTests {
        @Test func `keys are made with scopes, revoked at once, and a suspended tenant's keys open nothing`()
            async throws
        {
            try await Self.withAPI { stack in
                let reader = try await stack.newPortal("Reader", scopes: "clients:read")
                #expect(try await reader.get("/v1/clients").status == 200)
                let refused = try await reader.post("/v1/clients", ["name": "x"], wait: nil)
                #expect(refused.status == 403 && refused.string("code") == "scope_missing", "\(refused)")

                let tenants = try JSON.parse(Array(try await stack.tollgate("tenants", "list", "--json").output.utf8))
                let tenant = try #require(tenants[0]?.string("id"))
                let keys = try JSON.parse(
                    Array(try await stack.tollgate("keys", "list", "--tenant", tenant, "--json").output.utf8))
                let key = try #require(keys[0]?.string("id"))
                #expect(keys[0]?.string("last4") == String(reader.key.suffix(4)))
                #expect(try await stack.tollgate("keys", "revoke", key, "--tenant", tenant).exit == 0)
                #expect(try await reader.get("/v1/clients").status == 401)

                let portal = try await stack.newPortal("Suspended")
                let all = try JSON.parse(Array(try await stack.tollgate("tenants", "list", "--json").output.utf8))
                let second = try #require(all[1]?.string("id"))
                #expect(try await stack.tollgate("tenants", "suspend", second).exit == 0)
                #expect(try await portal.get("/v1/clients").status == 401)
                #expect(try await stack.tollgate("tenants", "suspend", second, "--undo").exit == 0)
                #expect(try await portal.get("/v1/clients").status == 200)
            }
        }

        @Test func `a waiting job is listed with the reason why it waits, and canceled`() async throws {
            try await RunningStack.with { stack in
                let portal = try await stack.newPortal()
                try await portal.connect()
                let worker = try #require(stack.process("tollgate-subscriptions-worker"))
                await worker.stop()
                let answer = try await portal.post(
                    "/v1/products",
                    ["name": "x", "pricing_model": "one_time", "price": ["amount": 900, "currency": "usd"]], wait: nil)
                let command = try #require(answer.string("id"))
                let listed = try await stack.tollgate("jobs", "ls", "--queue", "subscriptions")
                #expect(listed.exit == 0 && listed.output.contains(command), "\(listed)")
                for (name, wrong) in [("--queue", "banana"), ("--state", "asleep")] {
                    #expect(try await stack.tollgate("jobs", "ls", name, wrong).exit == 64, "told")
                }
                let shown = try await stack.tollgate("jobs", "show", command)
                #expect(
                    shown.output.contains("product.publish") && shown.output.contains("It ")
                        || shown.output.contains("No worker"))
                let paused = try await stack.tollgate("queues", "pause", "subscriptions", "--reason", "no worker")
                #expect(paused.exit == 0, "\(paused)")
                let queues = try await stack.tollgate("queues")
                #expect(queues.exit == 0 && queues.output.contains("no worker"), "\(queues)")
                #expect(try await stack.tollgate("queues", "resume", "subscriptions").exit == 0)
                #expect(!(try await stack.tollgate("queues").output.contains("no worker")))
                #expect(try await stack.tollgate("queues", "pause", "banana").exit == 64)
                let canceled = try await stack.tollgate("jobs", "cancel", command, "--by", "anna")
                #expect(canceled.exit == 0, "\(canceled)")
                #expect(try await portal.get("/v1/commands/\(command)").string("status") == "canceled")
                #expect(try await stack.tollgate("jobs", "cancel", command).exit == 75)
                #expect(try await stack.tollgate("jobs", "show", "cmd_" + String(repeating: "0", count: 32)).exit == 66)
                #expect(try await stack.tollgate("jobs", "show", "nonsense").exit == 64)
                let history = try await stack.tollgate("jobs", "show", command, "--json")
                #expect(history.output.contains("operator:anna"), "\(history)")
            }
        }

        @Test func `the admin page and the metrics say how deep the queues are`() async throws {
            try await Self.withAPI { stack in
                let queues = try #require(LocalPort.get(stack.adminPort, path: "/admin/queues"))
                #expect(queues.hasPrefix("HTTP/1.1 200") && queues.contains("onboarding"), "\(queues)")
                #expect(LocalPort.get(stack.adminPort, path: "/admin/")?.contains("<html") == true)
                let metrics = try #require(LocalPort.get(stack.adminPort, path: "/metrics"))
                for name in [
                    "tollgate_queue_jobs{", "tollgate_queue_oldest_ready_age_seconds{", "tollgate_workers{",
                ] {
                    #expect(metrics.contains(name), "\(name)")
                }
                #expect(LocalPort.get(stack.apiPort, path: "/admin/")?.hasPrefix("HTTP/1.1 404") == true)
                #expect(LocalPort.get(stack.apiPort, path: "/metrics")?.hasPrefix("HTTP/1.1 404") == true)
            }
        }

        @Test func `secrets are made once, each readable by its owner alone`() async throws {
            let folder = NSTemporaryDirectory() + "tollgate-secrets-\(UUID().uuidString.prefix(8))"
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try await Processes.with { processes in
                for _ in 0..<2 {
                    let process = try await processes.start(
                        "tollgate", arguments: ["secrets", "make", folder, "--database-host", "postgres"])
                    #expect(try await process.ended() == 0, "\(process.errors)")
                }
            }
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(files.count >= 14)
            for file in files {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + file)
                #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(file)")
            }
        }

        /// A stack of which only the API is asked.
        private static func withAPI(_ body: (RunningStack) async throws -> Void) async throws {
            let database = TestDatabase.current
            try await Processes.with { processes in
                let stack = try RunningStack(processes) { database.conninfo($0) }
                try await stack.start("tollgate-api")
                try await stack.waitUntilReady("tollgate-api")
                try await body(stack)
                stack.transport.close()
            }
        }
    }
}
