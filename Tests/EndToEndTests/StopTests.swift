import Foundation
import HTTPTypes
import TestSupport
import Testing

extension EndToEnd {
    /// SIGTERM: what was begun is finished, nothing new is taken, nothing is left to be rescued.
    @Suite(.freshDatabase) struct StopTests {
        @Test func `a worker that is asked to stop finishes its call, records it and ends with 0`() async throws {
            try await RunningStack.with { stack in
                let portal = try await stack.newPortal()
                try await portal.connect()
                let price = try await portal.sell(900, period: nil)
                let client = try await portal.addClient()
                try await portal.saveCard(client, at: stack.standIn)
                try await stack.standIn.order(["kind": "slow_answer", "ms": 1500, "path": "/v1/invoices", "times": 1])
                let before = try await stack.standIn.lastCall()
                let answer = try await portal.post(
                    "/v1/invoices",
                    ["client": .string(client), "price": .string(price), "collection": "auto_charge"], wait: nil)
                #expect(answer.status == 202)
                let worker = try #require(stack.process("tollgate-invoices-worker"))
                try await TestDatabase.current.wait(
                    until:
                        "SELECT count(*) = 1 FROM app.stripe_call WHERE path = '/v1/invoices' AND answered_at IS NULL")
                #expect(await worker.stop(SIGTERM, within: .seconds(40)) == 0, "\(worker.errors.suffix(500))")
                let database = TestDatabase.current
                #expect(
                    try await database.value("SELECT count(*) FROM jobq.job WHERE state = 1 AND queue_id = 3") == "0")
                #expect(
                    try await database.value(
                        "SELECT count(*) FROM app.stripe_call WHERE answered_at IS NULL AND path LIKE '/v1/invoices%'")
                        == "0",
                    "the answer of the call was not recorded")
                try await stack.start("tollgate-invoices-worker")
                try await portal.seen("/v1/invoices/\(answer.target ?? "")", "paid") { $0.string("status") == "paid" }
                let made = try await stack.standIn.writes(after: before).filter { $0.path == "/v1/invoices" }
                #expect(made.count == 1, "\(made)")
            }
        }

        @Test(arguments: ["tollgate-api"] + StackEnvironment.queues.map { "tollgate-\($0)-worker" })
        func `an idle program ends with 0 within seconds`(_ name: String) async throws {
            try await RunningStack.with { stack in
                let process = try #require(stack.process(name))
                #expect(await process.stop(SIGTERM, within: .seconds(30)) == 0, "\(process.errors.suffix(500))")
            }
        }
    }
}
