import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import API

/// The same key with the same body is the same request, however often and at once it comes.
@Suite(.freshDatabase) struct IdempotencyTests {
    private let body = #"{"secret_key": "sk_test_51abcdefghijklmnop"}"#

    @Test func `the same key and body is answered with the same bytes, and done once`() async throws {
        let tenant = try await Portal().makeTenant(connected: false)
        let first = await tenant.post("/v1/payment_processor", body, idempotencyKey: "k1")
        let second = await tenant.post(
            "/v1/payment_processor", #"{ "secret_key":"sk_test_51abcdefghijklmnop" }"#, idempotencyKey: "k1")
        #expect(first.status == 202 && second.status == 202 && first.body == second.body)
        #expect(first.headers["Idempotent-Replayed"] == nil && second.headers["Idempotent-Replayed"] == "true")
        #expect(
            second.headers["Location"] == first.headers["Location"]
                && first.headers["Location"] == "/v1/commands/\(first.id)")
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM app.command") == "1")
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM app.sealed_secret") == "1")
    }

    @Test func `the same key with another body, or another address, is 422`() async throws {
        let tenant = try await Portal().makeTenant()
        #expect(await tenant.post("/v1/clients", #"{"name": "a"}"#, idempotencyKey: "k").status == 201)
        let body = await tenant.post("/v1/clients", #"{"name": "b"}"#, idempotencyKey: "k")
        #expect(body.status == 422 && body.code == "idempotency_key_reused")
        let address = await tenant.post("/v1/payment_processor/verify", #"{}"#, idempotencyKey: "k")
        #expect(address.status == 422 && address.code == "idempotency_key_reused")
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM app.client") == "1")
    }

    @Test func `S19: another tenant's same key is another key`() async throws {
        let portal = try Portal()
        let (one, two) = (try await portal.makeTenant(), try await portal.makeTenant())
        let first = await one.post("/v1/clients", #"{"name": "a"}"#, idempotencyKey: "k")
        let second = await two.post("/v1/clients", #"{"name": "b"}"#, idempotencyKey: "k")
        #expect(first.status == 201 && second.status == 201 && first.id != second.id)
    }

    @Test func `S19: sixty-four at once with one key are one command and one answer`() async throws {
        let tenant = try await Portal(sessions: 8).makeTenant(connected: false)
        let answers = await withTaskGroup(of: Answer.self) { group in
            for _ in 0..<64 {
                group.addTask { await tenant.post("/v1/payment_processor", body, idempotencyKey: "same") }
            }
            return await group.reduce(into: [Answer]()) { $0.append($1) }
        }
        #expect(Set(answers.map(\.status)) == [202], "\(answers.first { $0.status != 202 }?.text ?? "")")
        #expect(Set(answers.map(\.text)).count == 1)
        #expect(answers.count { $0.headers["Idempotent-Replayed"] == nil } == 1)
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM app.command") == "1")
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM app.connection") == "1")
    }

    @Test func `what was refused is not remembered: the corrected request with the same key is done`() async throws {
        let tenant = try await Portal().makeTenant()
        #expect(await tenant.post("/v1/clients", #"{"name": ""}"#, idempotencyKey: "k").status == 400)
        #expect(await tenant.post("/v1/clients", #"{"name": "a"}"#, idempotencyKey: "k").status == 201)
    }

    @Test func `a conflict inside the transaction leaves nothing behind`() async throws {
        let tenant = try await Portal().makeTenant()
        #expect(await tenant.post("/v1/clients", #"{"name": "a", "external_id": "x"}"#).status == 201)
        let again = await tenant.post("/v1/clients", #"{"name": "b", "external_id": "x"}"#, idempotencyKey: "k")
        #expect(again.status == 409 && again.code == "client_exists" && again["param"] == "external_id")
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM app.idempotency WHERE key = 'k'") == "0")
        #expect(
            try await TestDatabase.current.value("SELECT count(*) FROM app.audit_entry WHERE action = 'client.create'")
                == "1")
    }
}
