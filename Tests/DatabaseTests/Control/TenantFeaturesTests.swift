import Daemon
import Foundation
import TestSupport
import Testing

@testable import Control

/// `tollgate tenants features`.
@Suite(.freshDatabase) struct TenantFeaturesTests {
    private var database: TestDatabase { TestDatabase.current }

    private func run(_ words: String...) async throws {
        var arguments = Arguments(words)
        let settings = Settings(environment: ["TOLLGATE_DATABASE_URL": database.conninfo(.admin)])
        let command = try TenantFeatures(&arguments, settings)
        try arguments.finish()
        try await command.run(until: ShutdownSignal())
    }

    @Test func `A3 M2: the operator says what a plan includes; nothing is said twice, a stranger is refused`()
        async throws
    {
        let id = UUID()
        try await database.run("SELECT app.add_tenant('\(id)', gen_random_uuid(), 'Agency', false)")
        let tenant = PublicID.text(tenant: id)
        let features = "SELECT array_to_string(features, ' ') FROM app.tenant"
        #expect(try await database.value(features) == "payment_processor")
        for _ in 0..<2 {
            try await run(tenant, "--add", "credits")
            #expect(try await database.value(features) == "payment_processor credits")
        }
        try await run(tenant, "--remove", "payment_processor", "--json")
        #expect(try await database.value(features) == "credits")
        let told = "SELECT string_agg(actor || ' ' || action, ', ') FROM app.audit_entry"
        #expect(try await database.value(told) == "operator tenant.features, operator tenant.features")
        try await run(tenant)
        #expect(try await database.value(features) == "credits")
        await #expect(throws: ExitError.self) { try await run(PublicID.text(tenant: UUID()), "--add", "credits") }
        await #expect(throws: ExitError.self) { try await run(tenant, "--add", "Not A Word") }
        #expect(try await database.value(features) == "credits")
    }
}
