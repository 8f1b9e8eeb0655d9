import Crypto
import Daemon
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import API
@testable import Billing

/// A13, A14: canaries go in, and nothing that comes out or stays behind holds them.
@Suite(.freshDatabase) struct SecretsTests {
    @Test func `a pasted key is in no answer and in no row, and opens with the workers' key only for its own row`()
        async throws
    {
        let portal = try Portal()
        let tenant = try await portal.makeTenant(connected: false)
        let canary = "sk_test_51CANARYcanaryCANARY4242"
        let saved = await tenant.post("/v1/payment_processor", #"{"secret_key": "  \#(canary)\n"}"#)
        #expect(saved.status == 202, "\(saved.text)")
        let shown = await tenant.get("/v1/payment_processor")
        let command = await tenant.get("/v1/commands/\(saved.id)")
        for answer in [saved, shown, command] { #expect(!answer.text.contains("CANARY"), "\(answer.text)") }
        #expect(shown["key_last4"] == "4242" && shown["secret_key"] == "sk_test_…4242" && shown["key_ok"] == false)
        #expect(shown["status"] == "validating" && shown["webhook"]["status"] == "unregistered")
        #expect(try await dump().contains("CANARY") == false)

        let row = try #require(
            try await TestDatabase.current.run(
                "SELECT id, encode(envelope, 'hex'), key_id, purpose FROM app.sealed_secret"
            ).first)
        let id = try #require(UUID(uuidString: row[0] ?? ""))
        let envelope = try #require(Hex.decode(row[1] ?? ""))
        #expect(row[2] == "1" && row[3] == "stripe-api")
        let own = SealBinding(tenant: tenant.number, table: "sealed_secret", purpose: "stripe-api", row: id, version: 1)
        #expect(try portal.stripeKeys.open(envelope, boundTo: own).reveal { $0 == canary })
        let foreign = SealBinding(
            tenant: tenant.number + 1, table: "sealed_secret", purpose: "stripe-api", row: id, version: 1)
        #expect(throws: CryptoError.self) { try portal.stripeKeys.open(envelope, boundTo: foreign) }
        #expect(throws: CryptoError.self) { try portal.gateway.webhookRing.open(envelope, boundTo: own) }
    }

    @Test func `a key pasted into a wrong place comes back from nowhere`() async throws {
        let tenant = try await Portal().makeTenant()
        for body in [
            #"{"secret_key": "sk_test_51CANARY canary"}"#, #"{"sk_test_51CANARYcanary": 1}"#,
            #"{"name": ["sk_test_51CANARYcanary"]}"#,
            #"{"name": "x", "admin_email": "sk_test_51CANARYcanary"}"#, #"{"secret_key": "sk_live_51CANARYcanary"}"#,
            #"sk_test_51CANARYcanary"#,
        ] {
            for path in ["/v1/payment_processor", "/v1/clients", "/v1/products"] {
                let answer = await tenant.post(path, body)
                // A whole key of the other mode is right in its form: 422.
                #expect(
                    [400, 422].contains(answer.status) && !answer.text.contains("CANARY"),
                    "\(path) \(body): \(answer.text)")
            }
        }
        let query = await tenant.get("/v1/clients?sk_test_51CANARY=1")
        let path = await tenant.get("/v1/clients/sk_test_51CANARYcanary")
        let unknown = await tenant.get("/v1/sk_test_51CANARYcanary")
        for answer in [query, path, unknown] { #expect(answer.status >= 400 && !answer.text.contains("CANARY")) }
        #expect(try await dump().contains("CANARY") == false)
    }

    @Test func `five saves are five proofs of one connection, in order; each seal is another`() async throws {
        let tenant = try await Portal().makeTenant(connected: false)
        for _ in 0..<5 {
            #expect(
                await tenant.post("/v1/payment_processor", #"{"secret_key": "sk_test_51abcdefghijklmnop"}"#).status
                    == 202)
        }
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM app.connection") == "1")
        #expect(
            try await TestDatabase.current.value(
                "SELECT count(*) FROM app.command WHERE kind = 'connection.verify' AND ordering_key = 'connection'")
                == "5")
        #expect(try await TestDatabase.current.value("SELECT count(DISTINCT envelope) FROM app.sealed_secret") == "5")
    }

    @Test func `the gateway's role cannot read a Stripe key's ciphertext, whatever it runs`() async throws {
        let denied = try await TestDatabase.current.value(
            "SELECT bool_or(has_column_privilege('tollgate_gateway', 'app.sealed_secret', c, 'SELECT')) FROM unnest(ARRAY['envelope']) c"
        )
        #expect(denied == "f")
    }

    /// Every row of every table, as text.
    private func dump() async throws -> String {
        let tables = try await TestDatabase.current.run(
            "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('app', 'jobq', 'public')")
        var text = ""
        for table in tables.compactMap(\.first) {
            let rows = try await TestDatabase.current.run("SELECT t::text FROM \(table ?? "") t")
            text += rows.compactMap { $0.first ?? nil }.joined(separator: "\n")
            // Bytes are printed as hex: read them back, a secret stored as bytes is a secret in the clear.
            text += rows.compactMap { $0.first ?? nil }.flatMap { $0.split(separator: "x") }.compactMap {
                Hex.decode(String($0.prefix { $0.isHexDigit }.lowercased()))
            }.map { String(decoding: $0, as: UTF8.self) }.joined()
        }
        return text
    }
}
