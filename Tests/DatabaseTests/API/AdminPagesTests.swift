import Daemon
import Foundation
import HTTPServer
import Jobs
import HTTPTypes
import TestSupport
import Testing

@testable import API

/// What operators see, on their own port.
@Suite(.freshDatabase) struct AdminPagesTests {
    private func ask(
        _ admin: AdminServer, _ method: HTTPMethod, _ path: String, headers: [(String, String)] = []
    ) async -> Answer { Answer(await admin.respond(to: .make(method, path, headers: headers))) }

    /// A dead letter with Stripe's words, as the queue would have left it.
    private func bury() async throws -> String {
        try await TestDatabase.current.run(
            """
            WITH d AS (DELETE FROM jobq.job RETURNING id, tenant_id, queue_id), u AS (
              UPDATE app.command c SET outcome = 'dead', finished_at = now() FROM d WHERE c.id = d.id RETURNING c.id),
            a AS (INSERT INTO app.attempt (command_id, tenant_id, n, verdict, http_status, stripe_code, stripe_request_id, error)
              SELECT d.id, d.tenant_id, 12, 'dead', 400, 'parameter_unknown', 'req_STRIPE', '<b>bad</b>' FROM d)
            INSERT INTO jobq.dead_letter (command_id, tenant_id, queue_id) SELECT d.id, d.tenant_id, d.queue_id FROM d
            """)
        return try #require(
            try await TestDatabase.current.value(
                "SELECT 'cmd_' || replace(public_id::text, '-', '') FROM app.command WHERE outcome = 'dead'"))
    }

    @Test func `queues show depth by state, the oldest age, and who works`() async throws {
        let portal = try Portal()
        let tenant = try await portal.makeTenant()
        _ = await tenant.post("/v1/payment_processor/verify")
        let answer = await ask(portal.admin, .get, "/admin/queues")
        #expect(answer.status == 200, "\(answer.text)")
        let queues = answer["queues"].arrayValue ?? []
        #expect(
            queues.compactMap { $0["queue"]?.stringValue } == QueueName.allCases.map(\.rawValue))
        #expect(queues[0]["jobs"]?["ready"] == 1 && queues[0]["jobs"]?["dead"] == 0 && queues[0]["workers"] == [])
        let metrics = await ask(portal.admin, .get, "/metrics")
        #expect(metrics.text.contains(#"tollgate_queue_jobs{queue="onboarding",state="ready"} 1"#), "\(metrics.text)")
        #expect(metrics.text.contains("tollgate_queue_oldest_ready_age_seconds"))
    }

    @Test func `the page tells dead letters with Stripe's words, escaped; retry brings them back`() async throws {
        let portal = try Portal()
        let tenant = try await portal.makeTenant()
        _ = await tenant.post("/v1/payment_processor/verify")
        let id = try await bury()
        let page = await ask(portal.admin, .get, "/admin/")
        #expect(page.status == 200 && page.headers["Content-Type"] == "text/html; charset=utf-8")
        for word in [id, "req_STRIPE", "parameter_unknown", "&lt;b&gt;bad&lt;/b&gt;", "connection.check", "onboarding"]
        {
            #expect(page.text.contains(word), "\(word)")
        }
        #expect(!page.text.contains("<b>bad"))
        let listed = await ask(portal.admin, .get, "/admin/jobs?state=dead")
        #expect(listed["data"][0]?["stripe_request_id"] == "req_STRIPE" && listed["data"][0]?["id"] == .string(id))
        let shown = await ask(portal.admin, .get, "/admin/jobs/\(id)")
        #expect(shown["why"].stringValue?.contains("dead") == true && shown["events"].arrayValue?.isEmpty == false)
        let browser = await ask(portal.admin, .get, "/admin/jobs/\(id)", headers: [("Accept", "text/html")])
        #expect(browser.text.contains("<button>retry</button>"))
        let mine = await tenant.get("/v1/commands/\(id)")
        #expect(mine["status"] == "dead" && mine["attempts"][0]?["stripe_request_id"] == "req_STRIPE")
        let retried = await ask(portal.admin, .post, "/admin/jobs/\(id)/retry")
        #expect(retried.status == 200 && retried["answer"] == "retried", "\(retried.text)")
        #expect(await tenant.get("/v1/commands/\(id)")["status"] == "queued")
        let canceled = await ask(portal.admin, .post, "/admin/jobs/\(id)/cancel", headers: [("Accept", "text/html")])
        #expect(canceled.status == 303 && canceled.headers["Location"] == "/admin/jobs/\(id)")
    }

    @Test func `another site's page cannot decide, unknown things are 404, bad filters 400`() async throws {
        let admin = try Portal().admin
        let id = "cmd_" + String(repeating: "0", count: 32)
        for headers in [
            [("Sec-Fetch-Site", "cross-site")], [("Origin", "https://evil.example"), ("Host", "127.0.0.1:9090")],
        ] {
            #expect(await ask(admin, .post, "/admin/jobs/\(id)/retry", headers: headers).status == 403)
        }
        for path in ["/admin/jobs/\(id)", "/admin/jobs/x", "/nothing"] {
            #expect(await ask(admin, .get, path).status == 404)
        }
        #expect(await ask(admin, .post, "/admin/jobs/\(id)/explode").status == 404)
        for query in ["?queue=x", "?state=x", "?limit=0", "?before=x", "?tenant=x", "?nonsense=1"] {
            #expect(await ask(admin, .get, "/admin/jobs\(query)").status == 400, "\(query)")
        }
    }

    @Test func `without a token a name that was made to lead to loopback opens nothing`() async throws {
        let admin = try Portal().admin
        for host in ["evil.example:9090", "evil.example", "127.0.0.1.evil.example:9090", "localhost.evil.example"] {
            for path in ["/admin/", "/admin/queues", "/admin/jobs"] {
                let answer = await ask(admin, .get, path, headers: [("Host", host)])
                #expect(answer.status == 403, "\(host)\(path)")
            }
            let id = "cmd_" + String(repeating: "0", count: 32)
            let own = [("Host", host), ("Origin", "http://\(host)"), ("Sec-Fetch-Site", "same-origin")]
            #expect(await ask(admin, .post, "/admin/jobs/\(id)/retry", headers: own).status == 403)
        }
        for host in ["127.0.0.1:9090", "localhost:9090", "[::1]:9090", "LOCALHOST"] {
            #expect(await ask(admin, .get, "/admin/queues", headers: [("Host", host)]).status == 200, "\(host)")
        }
    }

    @Test func `with a token the pages ask for it, health and metrics do not`() async throws {
        let portal = try Portal()
        let admin = AdminServer(
            database: TestDatabase.current.open(.admin), health: Health(portal.gateway.database, isDraining: { false }),
            token: Secret("open sesame"), clock: .system)
        #expect(await ask(admin, .get, "/admin/queues").status == 401)
        #expect(await ask(admin, .get, "/admin/queues", headers: [("Authorization", "Bearer wrong")]).status == 401)
        #expect(
            await ask(admin, .get, "/admin/queues", headers: [("Authorization", "Bearer open sesame")]).status == 200)
        let basic = Data("anybody:open sesame".utf8).base64EncodedString()
        #expect(await ask(admin, .get, "/admin/queues", headers: [("Authorization", "Basic \(basic)")]).status == 200)
        #expect(await ask(admin, .get, "/healthz/live").status == 200)
        #expect(await ask(admin, .get, "/metrics").status == 200)
    }

    @Test func `readiness tells why not, and recovers by itself`() async throws {
        let database = TestDatabase.current.open(.gateway)
        let health = Health(database, isDraining: { false })
        #expect(await health.obstacles() == ["schema: not checked yet"])
        try await health.watch()
        #expect(await health.obstacles().isEmpty)
        let away = Health(TestDatabase.current.open(.gateway), isDraining: { true })
        #expect(await away.obstacles() == ["draining: the end was asked for"])
    }
}
