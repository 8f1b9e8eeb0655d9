import Daemon
import Foundation
import TestSupport
import Testing

@testable import Control

/// `tollgate credits base-cost`.
@Suite(.freshDatabase) struct PlatformCostTests {
    private var database: TestDatabase { TestDatabase.current }

    private func run(_ words: String...) async throws {
        var arguments = Arguments(words)
        let settings = Settings(environment: ["TOLLGATE_DATABASE_URL": database.conninfo(.admin)])
        let command = try PlatformCost(&arguments, settings)
        try arguments.finish()
        try await command.run(until: ShutdownSignal())
    }

    @Test func `L8: the operator sets what the platform takes for a credit; the price follows, the log tells`()
        async throws
    {
        let id = UUID()
        try await database.run("SELECT app.add_tenant('\(id)', gen_random_uuid(), 'Agency', false)")
        let tenant = PublicID.text(tenant: id)
        try await database.run(
            """
            INSERT INTO app.credit_pricing (tenant_id, id, version, currency, base_cost, agency_cost, min_purchase,
              max_purchase) SELECT tenant_id, gen_random_uuid(), 1, 'usd', 0, 0.004, 100, 100000 FROM app.tenant
            """)
        let price = """
            SELECT version, trim_scale(base_cost), trim_scale(final_cost) FROM app.credit_pricing
             WHERE superseded_at IS NULL
            """
        for _ in 0..<2 {
            try await run(tenant, "--currency", "usd", "--cost", "0.002")
            #expect(try await database.run(price) == [["2", "0.002", "0.006"]])
        }
        try await run(tenant)
        try await run(tenant, "--json")
        let log = try await database.run(
            "SELECT actor, before ->> 'cost', after ->> 'cost' FROM app.audit_entry WHERE action = 'credits.base_cost'")
        #expect(log == [["operator", nil, "0.002"]])
        for cost in ["-1", "NaN", "0.0000000001", "1e3", "much"] {
            await #expect(throws: ExitError.self) { try await run(tenant, "--currency", "usd", "--cost", cost) }
        }
        await #expect(throws: ExitError.self) { try await run(tenant, "--currency", "xxx", "--cost", "1") }
        await #expect(throws: ExitError.self) { try await run(tenant, "--cost", "1") }
        let stranger = PublicID.text(tenant: UUID())
        await #expect(throws: ExitError.self) { try await run(stranger, "--currency", "usd", "--cost", "1") }
        // A credit must cost something: the agency's own part is nothing here.
        try await database.run("UPDATE app.credit_pricing SET superseded_at = now() WHERE superseded_at IS NULL")
        try await database.run(
            """
            INSERT INTO app.credit_pricing (tenant_id, id, version, currency, base_cost, agency_cost, min_purchase,
              max_purchase) SELECT tenant_id, gen_random_uuid(), 3, 'usd', 0.002, 0, 100, 100000 FROM app.tenant
            """)
        await #expect(throws: ExitError.self) { try await run(tenant, "--currency", "usd", "--cost", "0") }
        #expect(try await database.run(price) == [["3", "0.002", "0.002"]])
    }
}
