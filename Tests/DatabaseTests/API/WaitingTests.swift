import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import API

/// `Prefer: wait`: the answer comes when the command has ended, and says what came of it.
@Suite(.freshDatabase) struct WaitingTests {
    /// Ends the newest command as its worker would.
    private func end(_ outcome: String, result: String = "NULL", problem: String = "NULL") async throws {
        try await TestDatabase.current.wait(
            until: "SELECT count(*) = 1 FROM app.command WHERE outcome IS NULL AND waited")
        try await TestDatabase.current.run(
            """
            WITH d AS (DELETE FROM jobq.job RETURNING id), u AS (
              UPDATE app.command SET outcome = '\(outcome)', finished_at = now(), result = \(result), problem = \(problem)
               WHERE outcome IS NULL RETURNING id)
            SELECT pg_notify('command_done', u.id::text) FROM u
            """)
    }

    private func listening(_ portal: Portal, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await portal.gateway.waiting.listen(on: portal.gateway.database) }
            try await body()
            group.cancelAll()
        }
    }

    private func asked(_ tenant: Tenancy, _ path: String, _ body: String = "{}", seconds: Int = 20) async -> Answer {
        await tenant.post(path, body, headers: [("Prefer", "respond-async, wait=\(seconds)")])
    }

    @Test func `the end of a command wakes who waits for it, and nobody else`() async throws {
        let portal = try Portal()
        let waiting = portal.gateway.waiting
        // The first word of a listener is that it listens: everybody looks then.
        let first = try #require(waiting.ticket(for: 1))
        try await listening(portal) {
            #expect(await first.wait(atMost: .seconds(60)))
            first.end()
            let (own, other) = (try #require(waiting.ticket(for: 1)), try #require(waiting.ticket(for: 2)))
            try await TestDatabase.current.run("SELECT pg_notify('command_done', '1')")
            #expect(await own.wait(atMost: .seconds(60)))
            // Whoever gave up waiting may wait again, and is woken then.
            for _ in 0..<2 { #expect(await !other.wait(atMost: .zero)) }
            try await TestDatabase.current.run("SELECT pg_notify('command_done', '2')")
            #expect(await other.wait(atMost: .seconds(60)))
            own.end()
            other.end()
        }
    }

    @Test func `done is the resource`() async throws {
        let portal = try Portal()
        let tenant = try await portal.makeTenant()
        try await listening(portal) {
            async let answer = asked(tenant, "/v1/payment_processor/verify")
            try await end("done")
            let shown = await answer
            #expect(shown.status == 200 && shown["object"] == "payment_processor", "\(shown.text)")
        }
        #expect(portal.gateway.waiting.count == 0)
    }

    @Test func `too many who wait are answered at once`() async throws {
        let waiting = Waiting(ticketsMax: 2)
        let first = try #require(waiting.ticket(for: 1))
        let second = try #require(waiting.ticket(for: 1))
        #expect(waiting.ticket(for: 2) == nil && waiting.count == 2)
        first.end()
        first.end()
        #expect(waiting.count == 1)
        let third = try #require(waiting.ticket(for: 3))
        second.end()
        #expect(waiting.count == 1)
        third.end()
        #expect(waiting.count == 0)
    }

    @Test func `a lost notification costs seconds, not the answer`() async throws {
        let tenant = try await Portal().makeTenant()
        async let answer = asked(tenant, "/v1/payment_processor/verify")
        try await end("done")
        #expect(await answer.status == 200)
    }

    @Test func `a new thing is 201, an onboarding link is told to who waits`() async throws {
        let portal = try Portal()
        let tenant = try await portal.makeTenant()
        async let product = asked(
            tenant, "/v1/products",
            #"{"name": "P", "pricing_model": "one_time", "price": {"amount": 1, "currency": "usd"}}"#)
        try await end("done")
        let made = await product
        #expect(
            made.status == 201 && made["object"] == "product" && made["prices"].arrayValue?.count == 1, "\(made.text)")
        try await TestDatabase.current.run("UPDATE app.connection SET mode = 'connect'")
        async let link = asked(tenant, "/v1/payment_processor/connect/onboarding_link")
        try await end("done", result: #"'{"url": "https://connect.stripe.com/x", "expires_at": 1767225600}'"#)
        let fresh = await link
        #expect(
            fresh.status == 200 && fresh["url"] == "https://connect.stripe.com/x"
                && fresh["expires_at"] == 1_767_225_600)
    }

    @Test func `a refusal is a problem with Stripe's words, a declined card is 402`() async throws {
        let tenant = try await Portal().makeTenant()
        async let refused = asked(tenant, "/v1/payment_processor/verify")
        try await end(
            "failed",
            problem:
                #"'{"code": "api_key_expired", "detail": "Expired.", "type": "invalid_request_error", "status": 401, "request_id": "req_9"}'"#
        )
        let problem = await refused
        #expect(problem.status == 422 && problem.code == "stripe_refused" && problem["detail"] == "Expired.")
        #expect(problem["stripe"]["request_id"] == "req_9" && problem["command"].stringValue?.hasPrefix("cmd_") == true)
        let (client, price) = (try await tenant.makeClient(card: true), try await tenant.makePrice())
        async let declined = asked(
            tenant, "/v1/subscriptions", #"{"client": "\#(client)", "price": "\#(price)"}"#)
        try await end("failed", problem: #"'{"detail": "Declined.", "type": "card_error", "status": 402}'"#)
        #expect(await declined.status == 402)
        async let dead = asked(tenant, "/v1/payment_processor/verify")
        try await end("dead")
        #expect(await dead.code == "command_dead")
    }

    @Test func `what is not done in time is 202, and the same key may wait again`() async throws {
        let tenant = try await Portal().makeTenant()
        let headers = [("Prefer", "wait=1")]
        let first = await tenant.post("/v1/payment_processor/verify", idempotencyKey: "k", headers: headers)
        #expect(first.status == 202 && first["object"] == "command")
        async let second = tenant.post(
            "/v1/payment_processor/verify", idempotencyKey: "k", headers: [("Prefer", "wait=20")])
        try await end("done")
        #expect(await second.status == 200)
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM app.command") == "1")
    }
}
