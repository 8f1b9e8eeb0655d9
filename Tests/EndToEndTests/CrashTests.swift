import Foundation
import HTTPTypes
import TestSupport
import Testing

extension EndToEnd {
    /// Workers die at any moment and Stripe's answers get lost: every command ends, and nothing exists twice.
    @Suite(.freshDatabase) struct CrashTests {
        /// At least so many, as the issue asks.
        static let killsMin = 200

        @Test(.timeLimit(.minutes(6)))
        func `R1 R2 V3 V8: two hundred workers are killed and no object exists twice`() async throws {
            try await RunningStack.with { stack in
                let traffic = try await Traffic.prepare(stack, agencies: 3)
                // Every answer of Stripe's takes a while after the work is done: the moment a kill hurts most.
                try await stack.standIn.order(["kind": "slow_answer", "ms": 60, "times": "all"])
                let kills = Kills()
                let clients = try await withThrowingTaskGroup(of: Int.self) { group in
                    group.addTask {
                        try await killAtRandom(stack, kills, seed: 20_261_121)
                        return 0
                    }
                    for lane in 0..<9 {
                        group.addTask {
                            var done = 0
                            // New clients come as long as workers die.
                            repeat {
                                try await traffic.signUp(at: lane % 3)
                                done += 1
                            } while await kills.count < Self.killsMin && done < 12
                            return done
                        }
                    }
                    return try await group.reduce(0, +)
                }
                #expect(await kills.count >= Self.killsMin)
                let database = TestDatabase.current
                try await traffic.quiet(database, within: .seconds(90))
                let wrong = try await traffic.discrepancies(database, clients: clients)
                #expect(wrong == [])
                let lost = try await database.value("SELECT count(*) FROM app.attempt WHERE verdict = 'lost'")
                #expect(lost != "0", "no kill hit a running job: the test proves nothing")
                print("crash: \(await kills.count) kills, \(lost ?? "?") of them in a running job, \(clients) clients")
            }
        }

        private func killAtRandom(_ stack: RunningStack, _ kills: Kills, seed: UInt64) async throws {
            var numbers = SeededNumbers(seed: seed)
            while await kills.count < Self.killsMin {
                try await Task.sleep(for: .milliseconds(Int.random(in: 20...500, using: &numbers)))
                let name = "tollgate-\(StackEnvironment.queues.randomElement(using: &numbers) ?? "access")-worker"
                guard let process = stack.process(name) else { continue }
                process.signal(SIGKILL)
                #expect(try await process.ended() == -SIGKILL)
                await kills.add()
                try await stack.start(name)
            }
        }

        @Test(.timeLimit(.minutes(4)))
        func `R7 R8 R9: answers lost after the work, 500 with and without effect, 429 and torn bodies change nothing`()
            async throws
        {
            try await RunningStack.with { stack in
                let traffic = try await Traffic.prepare(stack, agencies: 2)
                var numbers = SeededNumbers(seed: 42)
                let kinds = [
                    "lost_answer", "reset", "error_500_with_effect", "error_500_without_effect", "truncated",
                    "rate_limited",
                    "lock_timeout", "unavailable",
                ]
                let paths = [
                    "/v1/customers", "/v1/checkout/sessions", "/v1/subscriptions", "/v1/invoices", "/v1/invoiceitems",
                    "/v1/setup_intents", "/v1/events",
                ]
                for kind in kinds {
                    for path in paths {
                        try await stack.standIn.order([
                            "kind": .string(kind), "path": .string(path), "times": 1,
                            "skip": .integer(Int64.random(in: 0...6, using: &numbers)),
                        ])
                    }
                }
                let clients = try await withThrowingTaskGroup(of: Int.self) { group in
                    for lane in 0..<6 {
                        group.addTask {
                            for _ in 0..<3 { try await traffic.signUp(at: lane % 2) }
                            return 3
                        }
                    }
                    return try await group.reduce(0, +)
                }
                let database = TestDatabase.current
                try await traffic.quiet(database, within: .seconds(120))
                let wrong = try await traffic.discrepancies(database, clients: clients)
                #expect(wrong == [])
                let hit = try await stack.standIn.control(.get, "/requests?limit=20000").json.members
                    .filter { $0.string("fault") != nil }
                #expect(hit.count >= 30, "only \(hit.count) faults hit: the test proves little")
                print("faults: \(hit.count) hit, \(clients) clients")
            }
        }
    }
}

/// Counts the workers killed.
private actor Kills {
    private(set) var count = 0
    func add() { count += 1 }
}
