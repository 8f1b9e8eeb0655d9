import Daemon
import Foundation
@testable import Jobs
import Postgres
import TestSupport
import Testing

@testable import Control

/// `tollgate queues` and its words.
@Suite(.freshDatabase) struct QueueCommandTests {
    private let queue = QueueFixture()

    private func run<S: Subcommand>(_ subcommand: S.Type, _ words: String...) async throws {
        var arguments = Arguments(words)
        let settings = Settings(environment: ["TOLLGATE_DATABASE_URL": TestDatabase.current.conninfo(.admin)])
        let command = try S(&arguments, settings)
        try arguments.finish()
        try await command.run(until: ShutdownSignal())
    }

    private func list() async throws -> String {
        let (depth, paused) = try await queue.admin.transaction(in: PlatformScope.self) { tx in
            (try tx.run(ListQueueDepth()), try tx.run(ListPausedQueues()))
        }
        return ListQueues.text(DepthTable(depth: depth), paused)
    }

    @Test func `nothing of a paused queue is begun, its line says why, and resumed it goes on`() async throws {
        let tenant = try await queue.makeTenant()
        let worker = try await queue.enroll(.invoices)
        try await queue.enqueue(InvoiceErrand(), of: tenant)
        #expect(!(try await list().contains("paused")))
        for _ in 0..<2 { try await run(PauseQueue.self, "invoices", "--reason", "Stripe bills twice") }
        #expect(try await queue.claim(.invoices, as: worker, of: [tenant]).isEmpty)
        let told = try await list()
        #expect(told.contains("invoices       paused  1"), "\(told)")
        #expect(told.contains("Stripe bills twice. tollgate queues resume invoices lets it go on."), "\(told)")
        try await run(ListQueues.self)
        try await run(ListQueues.self, "--json")
        for _ in 0..<2 { try await run(ResumeQueue.self, "invoices") }
        #expect(try await queue.claim(.invoices, as: worker, of: [tenant]).count == 1)
        #expect(!(try await list().contains("paused since")))
    }

    @Test func `one tenant of a queue is paused, the others go on`() async throws {
        let tenants = [try await queue.makeTenant(), try await queue.makeTenant()]
        let worker = try await queue.enroll(.invoices)
        for tenant in tenants { try await queue.enqueue(InvoiceErrand(), of: tenant) }
        let name = PublicID.text(tenant: tenants[0].publicID)
        try await run(PauseQueue.self, "invoices", "--tenant", name)
        #expect(try await queue.claim(.invoices, as: worker, of: tenants).map(\.tenant) == [tenants[1].id])
        try await run(ResumeQueue.self, "invoices", "--tenant", name)
        #expect(try await queue.claim(.invoices, as: worker, of: tenants).map(\.tenant) == [tenants[0].id])
        let stranger = PublicID.text(tenant: UUID())
        let error = await #expect(throws: ExitError.self) {
            try await run(PauseQueue.self, "invoices", "--tenant", stranger)
        }
        #expect(error?.code == 66)
    }

    @Test(arguments: [["banana"], ["--reason", "x"], ["invoices", "--reason", " "], ["invoices", "more"]])
    func `words that make no sense are told so`(words: [String]) async throws {
        var arguments = Arguments(words)
        let settings = Settings(environment: ["TOLLGATE_DATABASE_URL": TestDatabase.current.conninfo(.admin)])
        let error = #expect(throws: ExitError.self) {
            _ = try PauseQueue(&arguments, settings)
            try arguments.finish()
        }
        #expect(error?.code == 64)
    }

    @Test(arguments: ["", " ", "two\nlines", "turned \u{202E}around", String(repeating: "x", count: 201)])
    func `a tenant is named as anything else is named over the API`(name: String) async throws {
        var arguments = Arguments(["--name", name])
        let settings = Settings(environment: ["TOLLGATE_DATABASE_URL": TestDatabase.current.conninfo(.admin)])
        let error = #expect(throws: ExitError.self) { _ = try CreateTenant(&arguments, settings) }
        #expect(error?.code == 64 && error?.message.contains("--name") == true, "\(error as Any)")
    }
}
