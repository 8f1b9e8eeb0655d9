import Billing
import Crypto
import DNS
import Daemon
import Foundation
@testable import Jobs
import Postgres
import Schema
import TestSupport
import Testing

@testable import OnboardingWorker

/// Domains over the weeks, and what the database holds by itself.
@Suite(.freshDatabase) struct DomainCheckTests {
    private let queue = QueueFixture()

    private func add(_ domain: String, of tenant: TestTenant, status: String = "pending", proof: String? = nil)
        async throws -> BrandDomain.ID
    {
        let id = BrandDomain.ID.new(at: WallClock.system.now())
        let next = proof == "dns" ? "now() - interval '1 s'" : "NULL"
        try await queue.database.run(
            """
            INSERT INTO app.brand_domain (tenant_id, id, domain, token, status, proof, next_check_at, verified_at)
            VALUES (\(tenant.id), '\(id.rawValue)', '\(domain)', 'abc', '\(status)',
                    \(proof.map { "'\($0)'" } ?? "NULL"), \(next), \(status == "verified" ? "now()" : "NULL"))
            """)
        return id
    }

    private func check(_ servers: NameServer) -> DomainCheck {
        DomainCheck(
            database: queue.worker,
            resolver: Resolver(ResolverSettings(servers: [servers.address], timeout: .seconds(5))))
    }

    /// Claims and performs what is due: a look, and the one that would have followed it had it died.
    private func look(_ worker: Int64, _ tenant: TestTenant, _ servers: NameServer) async throws {
        let claims = try await queue.claim(.onboarding, as: worker, of: [tenant])
        #expect(!claims.isEmpty)
        for claim in claims {
            let work = try JSONDecoder().decode(CheckDomain.self, from: Data(claim.payload.utf8))
            #expect(await check(servers).perform(work, claim) == .recorded)
        }
    }

    /// Lets the time of the next look come.
    private func pass() async throws {
        try await queue.database.run("UPDATE app.brand_domain SET next_check_at = now() - interval '1 s'")
        try await queue.makeDue()
    }

    private func state(_ id: BrandDomain.ID) async throws -> String {
        try await queue.database.value(
            """
            SELECT concat_ws(' ', status, reason, failures, round(extract(epoch FROM next_check_at - checked_at) / 86400))
              FROM app.brand_domain WHERE id = '\(id.rawValue)'
            """) ?? ""
    }

    @Test func `a verified domain is looked at every week, daily after a failure, and lost after three`() async throws {
        let servers = try NameServer()
        defer { servers.stop() }
        let name = "_tollgate-challenge.a.example"
        let tenant = try await queue.makeTenant()
        let worker = try await queue.enroll(.onboarding)
        let id = try await add("a.example", of: tenant)
        servers.answer(name, .texts([["tollgate-domain=abc"]]))
        try await queue.enqueue(CheckDomain(domain: id), of: tenant)
        try await look(worker, tenant, servers)
        #expect(try await state(id) == "verified 0 7")
        // Its next look waits for its time, once, however often it is asked for by hand in between.
        try await queue.enqueue(CheckDomain(domain: id), of: tenant)
        try await look(worker, tenant, servers)
        let waiting = "SELECT count(*) FROM jobq.job WHERE state = 2"
        #expect(try await queue.database.value(waiting) == "2")
        try await queue.makeDue()
        let early = try await queue.claim(.onboarding, as: worker, of: [tenant])
        #expect(early.count == 2)
        for claim in early {
            let work = try JSONDecoder().decode(CheckDomain.self, from: Data(claim.payload.utf8))
            #expect(await check(servers).perform(work, claim) == .recorded)
        }
        #expect(servers.asked.count == 2, "a look that is not due asks nobody")

        try await queue.enqueue(CheckDomain(domain: id), of: tenant)
        try await look(worker, tenant, servers)
        for (reply, expected) in [
            (NameServer.Reply.noRecord, "verified no_record 1 1"), (.failure(2), "verified unanswered 1 1"),
            (.texts([["tollgate-domain=abc"]]), "verified 0 7"), (.noSuchName, "verified no_such_name 1 1"),
            (.noRecord, "verified no_record 2 1"), (.texts([["x"]]), "lost other_value 3"),
        ] {
            servers.answer(name, reply)
            try await pass()
            try await look(worker, tenant, servers)
            #expect(try await state(id) == expected)
        }
        let told = try await queue.database.value(
            "SELECT string_agg(type || coalesce(':' || (data ->> 'reason'), ''), ' ' ORDER BY seq) FROM app.portal_event"
        )
        #expect(
            told == "domain.verified domain.failing:no_record domain.failing:no_such_name domain.lost:other_value")
        #expect(try await queue.database.value(waiting) == "0")
    }

    @Test func `a weekly look that dies is followed by another one in about a day, and the weeks go on`()
        async throws
    {
        let servers = try NameServer()
        defer { servers.stop() }
        servers.answer("_tollgate-challenge.a.example", .texts([["tollgate-domain=abc"]]))
        let tenant = try await queue.makeTenant()
        let worker = try await queue.enroll(.onboarding)
        let id = try await add("a.example", of: tenant, status: "verified", proof: "dns")
        let work = CheckDomain(domain: id, isScheduled: true)
        try await queue.enqueue(work, of: tenant)
        try await queue.database.run(
            "ALTER TABLE app.brand_domain ADD CONSTRAINT broken CHECK (failures < 0) NOT VALID")
        let claim = try #require(try await queue.claimOne(.onboarding, as: worker, of: tenant))
        #expect(await check(servers).perform(work, claim) != .recorded, "what it found could not be written")
        #expect(try await queue.fail(claim, "dead") == "dead")
        try await queue.database.run("ALTER TABLE app.brand_domain DROP CONSTRAINT broken")
        let waiting = """
            SELECT count(*) FROM jobq.job j JOIN app.command c ON c.id = j.id
             WHERE c.kind = 'domain.check' AND j.run_at < now() + interval '26 hours'
            """
        #expect(try await queue.database.value(waiting) == "1")
        try await queue.makeDue()
        try await look(worker, tenant, servers)
        #expect(try await state(id) == "verified 0 7")
        let next = "SELECT count(*) FROM jobq.job WHERE run_at > now() + interval '6 days'"
        #expect(try await queue.database.value(next) == "1")
    }

    @Test func `of two agencies that prove a domain at once, one has it`() async throws {
        let servers = try NameServer()
        defer { servers.stop() }
        servers.answer("_tollgate-challenge.a.example", .texts([["tollgate-domain=abc"]]))
        let tenants = [try await queue.makeTenant(), try await queue.makeTenant()]
        let worker = try await queue.enroll(.onboarding)
        var claims: [(CheckDomain, ClaimedJob)] = []
        for tenant in tenants {
            let job = CheckDomain(domain: try await add("a.example", of: tenant))
            try await queue.enqueue(job, of: tenant)
            claims.append((job, try #require(try await queue.claimOne(.onboarding, as: worker, of: tenant))))
        }
        await withTaskGroup(of: Void.self) { group in
            for (job, claim) in claims {
                group.addTask { #expect(await check(servers).perform(job, claim) == .recorded) }
            }
        }
        let states = try await queue.database.value(
            "SELECT string_agg(concat_ws(':', status, reason), ' ' ORDER BY status) FROM app.brand_domain")
        #expect(states == "pending:taken verified")
    }

    @Test func `the operator's word makes and takes a domain, is told and logged, and is not looked at again`()
        async throws
    {
        let tenant = try await queue.makeTenant()
        let other = try await queue.makeTenant()
        let id = try await add("a.example", of: tenant)
        _ = try await add("a.example", of: other)
        func judge(_ whose: TestTenant, _ proven: Bool) async throws -> String? {
            try await queue.database.value(
                "SELECT app.judge_domain('\(whose.publicID)', 'a.example', \(proven), 'not yours')")
        }
        #expect(try await judge(tenant, true) == "verified")
        #expect(try await state(id) == "verified 0")
        #expect(try await judge(other, true) == "taken")
        #expect(try await judge(other, false) == "pending")
        #expect(try await judge(tenant, false) == "lost")
        #expect(try await judge(other, true) == "verified")
        let told = try await queue.database.value("SELECT string_agg(type, ' ' ORDER BY seq) FROM app.portal_event")
        #expect(told == "domain.verified domain.lost domain.verified")
        let log = try await queue.database.value(
            """
            SELECT string_agg(action || ' ' || (after ->> 'status'), ', ' ORDER BY id) FROM app.audit_entry
             WHERE action LIKE 'domain.%'
            """)
        #expect(log == "domain.verify verified, domain.fail pending, domain.fail lost, domain.verify verified")
    }

    @Test func `whoever adds domains at the same time gets no more than twenty`() async throws {
        let tenant = try await queue.makeTenant()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<25 {
                group.addTask { _ = try? await add("a\(number).example", of: tenant) }
            }
        }
        #expect(try await queue.database.value("SELECT count(*) FROM app.brand_domain") == "20")
    }

    @Test(.emptyDatabase) func `domains of the time before keep what the operator said`() async throws {
        let database = TestDatabase.current
        let before = Schema.migrations.prefix { $0.name != "m0016_domains" }
        try await Migrator(Array(before), preparation: Schema.roles, owner: "tollgate_owner")
            .run(on: database.open(.superuser))
        try await database.run(
            """
            SELECT app.add_tenant(gen_random_uuid(), gen_random_uuid(), 'tenant', false);
            INSERT INTO app.brand_domain (tenant_id, id, domain, token, status, problem)
            SELECT t.tenant_id, gen_random_uuid(), s || '.example', 'abc', s, CASE s WHEN 'failed' THEN 'no' END
              FROM app.tenant t, unnest(ARRAY['pending', 'verified', 'failed']) s
            """)
        try await Migrator(Schema.migrations, preparation: Schema.roles, owner: "tollgate_owner")
            .run(on: database.open(.migrator))
        let rows = try await database.run(
            "SELECT concat_ws(' ', domain, status, proof, reason, problem) FROM app.brand_domain ORDER BY domain")
        #expect(
            rows.map { $0[0] } == [
                "failed.example pending operator no", "pending.example pending", "verified.example verified operator",
            ])
    }
}
