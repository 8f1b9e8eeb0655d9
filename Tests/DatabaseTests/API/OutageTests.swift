import Crypto
import Daemon
import HTTPTypes
import Jobs
import Postgres
import TestSupport
import Testing

@testable import API

/// PostgreSQL away: clear answers, nothing promised, back by itself.
@Suite(.freshDatabase) struct OutageTests {
    @Test func `while the database is away everything is 503 with Retry-After, afterwards it works without a restart`()
        async throws
    {
        let portal = try Portal(sessions: 1)
        let tenant = try await portal.makeTenant()
        #expect(await tenant.get("/v1/clients").status == 200)
        let name = TestDatabase.current.name
        try await TestDatabase.current.run("ALTER DATABASE \(name) CONNECTION LIMIT 0")
        try await TestDatabase.current.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'tollgate_gateway' AND datname = '\(name)'"
        )
        for answer in [await tenant.get("/v1/clients"), await tenant.post("/v1/clients", #"{"name": "x"}"#)] {
            #expect(
                answer.status == 503 && answer.code == "unavailable" && answer.headers["Retry-After"] == "1",
                "\(answer.text)")
        }
        let health = Health(portal.gateway.database, isDraining: { false })
        #expect(await health.obstacles().first?.hasPrefix("database:") == true)
        try await TestDatabase.current.run("ALTER DATABASE \(name) CONNECTION LIMIT -1")
        try await eventually("the API is back") { await tenant.get("/v1/clients").status == 200 }
        #expect(await health.obstacles() == ["schema: not checked yet"])
    }

    @Test func `R4: killed before its commit, a write is done once by asking again with the same key`() async throws {
        let portal = try Portal(sessions: 2)
        let tenant = try await portal.makeTenant()
        // Holds the idempotency lock of the key, so that the write stops in the middle of its transaction.
        let number = tenant.number
        try await TestDatabase.current.run("SELECT pg_advisory_lock(hashtextextended('k', \(number)))")
        async let killed = tenant.post("/v1/clients", #"{"name": "x"}"#, idempotencyKey: "k")
        let waiting = "usename = 'tollgate_gateway' AND datname = current_database() AND wait_event_type = 'Lock'"
        try await TestDatabase.current.wait(until: "SELECT count(*) = 1 FROM pg_stat_activity WHERE \(waiting)")
        try await TestDatabase.current.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE \(waiting)")
        #expect(await killed.status == 503)
        try await TestDatabase.current.run("SELECT pg_advisory_unlock(hashtextextended('k', \(number)))")
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM app.client") == "0")
        #expect(await tenant.post("/v1/clients", #"{"name": "x"}"#, idempotencyKey: "k").status == 201)
        #expect(
            await tenant.post("/v1/clients", #"{"name": "x"}"#, idempotencyKey: "k").headers["Idempotent-Replayed"]
                == "true")
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM app.client") == "1")
    }

    @Test func `R25: a pool that stays busy is 503, not a queue without end`() async throws {
        let portal = try Portal(sessions: 1)
        let tenant = try await portal.makeTenant()
        let tight = Gateway(
            database: TestDatabase.current.open(.gateway, sessions: 1, waitLimit: .milliseconds(20)),
            intake: portal.gateway.intake,
            kicker: portal.gateway.kicker, waiting: portal.gateway.waiting, clock: .system,
            pepper: portal.gateway.pepper,
            sealingKey: portal.gateway.sealingKey, webhookRing: portal.gateway.webhookRing, connectSecrets: [],
            publicURL: portal.gateway.publicURL)
        let server = APIServer(tight)
        try await TestDatabase.current.run("SELECT pg_advisory_lock(hashtextextended('busy', \(tenant.number)))")
        let stuck = Task {
            Answer(
                await server.respond(
                    to: .make(
                        .post, "/v1/clients", key: tenant.key, body: #"{"name": "x"}"#,
                        headers: [("Idempotency-Key", "busy")])))
        }
        try await TestDatabase.current.wait(
            until:
                "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        let refused = Answer(await server.respond(to: .make(.get, "/v1/clients", key: tenant.key)))
        #expect(refused.status == 503 && refused.headers["Retry-After"] == "1")
        try await TestDatabase.current.run("SELECT pg_advisory_unlock(hashtextextended('busy', \(tenant.number)))")
        #expect(await stuck.value.status == 201)
    }
}
