import Daemon
import Foundation
import HTTPTypes
import Jobs
import Postgres
import TestSupport
import Testing

@testable import API
@testable import Billing

/// The ledger of credits: it only grows, its balance is its newest entry's, nobody uses the same credits twice (V6).
@Suite(.freshDatabase) struct CreditLedgerTests {
    private let database = TestDatabase.current

    private func scene(credits: Int = 0) async throws -> (Tenancy, String) {
        let tenant = try await Portal(sessions: 8).makeTenant()
        let client = try await tenant.makeClient()
        if credits > 0 {
            let body = #"{"credits": \#(credits), "reason": "welcome"}"#
            let answer = await tenant.post("/v1/clients/\(client)/credit_grants", body)
            #expect(answer.status == 201, "\(answer.text)")
        }
        return (tenant, client)
    }

    private func use(_ credits: String, _ event: String, of client: String, by tenant: Tenancy) async -> Answer {
        await tenant.post(
            "/v1/clients/\(client)/credit_usage", #"{"credits": "\#(credits)", "event_id": "\#(event)"}"#)
    }

    /// The books agree with themselves: numbered without a gap, every balance the one before plus the amount.
    private func expectSound(_ balance: String) async throws {
        let broken = try await database.value(
            """
            SELECT count(*) FROM (SELECT seq, amount, balance_after, row_number() OVER w AS n,
              coalesce(lag(balance_after) OVER w, 0) AS before FROM app.credit_entry
              WINDOW w AS (PARTITION BY tenant_id, client_id ORDER BY seq)) e
             WHERE n <> seq OR balance_after <> before + amount
            """)
        #expect(broken == "0")
        #expect(try await database.value("SELECT sum(amount) FROM app.credit_entry") == balance)
    }

    @Test func `V6: two hundred debits at once use what is there and not a millionth more`() async throws {
        let (tenant, client) = try await scene(credits: 100)
        let answers = await withTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask { await use("0.7", "evt-\(number)", of: client, by: tenant).status }
            }
            return await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        }
        // 100 ÷ 0.7 = 142.857…
        #expect(answers == [201: 142, 402: 58])
        try await expectSound("600000")
        #expect(await tenant.get("/v1/clients/\(client)/credit_balance")["credits"] == "0.6")
    }

    @Test func `V6: holds, captures and debits at once never use the same credits twice`() async throws {
        let (tenant, client) = try await scene(credits: 50)
        let path = "/v1/clients/\(client)/credit_holds"
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask {
                    guard number % 2 == 0 else {
                        _ = await use("1", "evt-\(number)", of: client, by: tenant)
                        return
                    }
                    let hold = await tenant.post(path, #"{"credits": 3}"#)
                    guard hold.status == 201 else { return }
                    let end = number % 4 == 0 ? "capture" : "release"
                    _ = await tenant.post("\(path)/\(hold.id)/\(end)", end == "capture" ? #"{"credits": 2}"# : "{}")
                }
            }
        }
        let low = try await database.value("SELECT min(balance_after) FROM app.credit_entry")
        #expect(Int(low ?? "") ?? -1 >= 0)
        let sum = try await database.value("SELECT sum(amount) FROM app.credit_entry") ?? ""
        try await expectSound(sum)
        #expect(try await database.value("SELECT count(*) FROM app.credit_hold WHERE status = 'open'") == "0")
        let used = try await database.value("SELECT 50000000 + sum(amount) FROM app.credit_entry WHERE kind = 'usage'")
        #expect(used == sum)
    }

    @Test func `V6: one event is one debit, however often and at once it is told`() async throws {
        let (tenant, client) = try await scene(credits: 10)
        let answers = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { await use("4", "call-1", of: client, by: tenant).status } }
            return await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(answers == [201: 1, 200: 19])
        // Told again when nothing is left: still the first entry, no refusal.
        #expect(await use("6", "call-2", of: client, by: tenant).status == 201)
        #expect(await use("4", "call-1", of: client, by: tenant).status == 200)
        let other = await use("5", "call-1", of: client, by: tenant)
        #expect(other.status == 409 && other.code == "credit_event_mismatch")
        try await expectSound("0")
    }

    @Test func `V6: no role can change or delete an entry, and the owner cannot either`() async throws {
        let (tenant, _) = try await scene(credits: 10)
        for role in [TestDatabase.Role.gateway, .worker] {
            let session = AdministrativeSession(database.conninfo(role))
            for change in ["UPDATE app.credit_entry SET amount = 1", "DELETE FROM app.credit_entry"] {
                let state = await #expect(throws: PostgresError.self) {
                    try await session.run("BEGIN; SET LOCAL app.tenant_id = '\(tenant.number)'; \(change)")
                }?.state
                #expect(state == .insufficientPrivilege)
                _ = try? await session.run("ROLLBACK")
            }
            await session.close()
        }
        for change in [
            "UPDATE app.credit_entry SET amount = 1", "DELETE FROM app.credit_entry", "TRUNCATE app.credit_entry",
        ] {
            let state = await #expect(throws: PostgresError.self) { try await database.run(change) }?.state
            #expect(state == .checkViolation, "\(change)")
        }
        try await expectSound("10000000")
    }

    @Test func `a hold sets aside, gives back, and is used once`() async throws {
        let (tenant, client) = try await scene(credits: 10)
        let path = "/v1/clients/\(client)/credit_holds"
        let hold = await tenant.post(path, #"{"credits": "7.5", "reason": "call"}"#)
        #expect(hold.status == 201 && hold["status"] == "open", "\(hold.text)")
        let balance = await tenant.get("/v1/clients/\(client)/credit_balance")
        #expect(balance["credits"] == "2.5" && balance["held"] == "7.5")
        #expect(await use("3", "x", of: client, by: tenant).code == "insufficient_credits")
        // More than was set aside: the rest is taken from what is left, as far as there is.
        let tooMuch = await tenant.post("\(path)/\(hold.id)/capture", #"{"credits": 11}"#)
        #expect(tooMuch.status == 402, "\(tooMuch.text)")
        let captured = await tenant.post("\(path)/\(hold.id)/capture", #"{"credits": 8}"#)
        #expect(captured.status == 200 && captured["captured"] == "8" && captured["status"] == "captured")
        #expect(await tenant.post("\(path)/\(hold.id)/release").code == "credit_hold_over")
        #expect(await tenant.get("/v1/clients/\(client)/credit_balance")["credits"] == "2")
        let ledger = await tenant.get("/v1/clients/\(client)/credit_ledger?limit=2")
        #expect(ledger["data"][0]?["kind"] == "usage" && ledger["data"][1]?["kind"] == "release")
        #expect(ledger["has_more"] == true)
        let last = ledger["data"][1]?["id"]?.stringValue ?? ""
        let rest = await tenant.get("/v1/clients/\(client)/credit_ledger?starting_after=\(last)")
        #expect(rest["data"].arrayValue?.compactMap { $0["seq"]?.integerValue } == [2, 1])
        #expect(await tenant.get(path)["data"].arrayValue?.count == 1)
        try await expectSound("2000000")
    }

    @Test func `the end of a hold is one change: nobody is warned again, let in and shut out by what lies between`()
        async throws
    {
        let (tenant, client) = try await scene(credits: 10)
        let policy = #"{"on_exhausted": "block", "low_at": 5}"#
        #expect(
            await tenant.portal.send(.put, "/v1/credit_policy", key: tenant.key, body: policy).status == 200)
        let path = "/v1/clients/\(client)/credit_holds"
        let hold = await tenant.post(path, #"{"credits": 10}"#)
        #expect(await tenant.post("\(path)/\(hold.id)/capture").status == 200)
        let told = try await database.run("SELECT type FROM app.portal_event ORDER BY seq").compactMap { $0[0] }
        #expect(told == ["credits.low", "credits.exhausted", "access.blocked"])
        #expect(try await database.value("SELECT count(*) FROM app.access_transition") == "1")
        try await expectSound("0")
    }

    @Test func `V15: the API cannot say that something was paid`() async throws {
        let (tenant, _) = try await scene()
        let session = AdministrativeSession(database.conninfo(.gateway))
        let state = await #expect(throws: PostgresError.self) {
            try await session.run(
                "BEGIN; SET LOCAL app.tenant_id = '\(tenant.number)'; INSERT INTO app.credit_purchase (status) VALUES ('paid')"
            )
        }?.state
        #expect(state == .insufficientPrivilege)
        await session.close()
    }

    @Test func `a correction has a reason and stops at the floor; the portal is told when little is left`() async throws
    {
        let (tenant, client) = try await scene(credits: 10)
        let path = "/v1/clients/\(client)/credit_grants"
        #expect(await tenant.post(path, #"{"credits": -3}"#).code == "parameter_missing")
        #expect(await tenant.post(path, #"{"credits": -11, "reason": "typo"}"#).code == "insufficient_credits")
        let policy = await tenant.portal.send(
            .put, "/v1/credit_policy", key: tenant.key,
            body: #"{"on_exhausted": "none", "floor": "-2", "low_at": 5}"#)
        #expect(policy.status == 200, "\(policy.text)")
        #expect(await tenant.post(path, #"{"credits": -6, "reason": "typo"}"#)["kind"] == "adjustment")
        #expect(await use("6", "a", of: client, by: tenant)["balance_after"] == "-2")
        #expect(await use("0.000001", "b", of: client, by: tenant).status == 402)
        let told = try await database.run("SELECT type FROM app.portal_event ORDER BY seq").compactMap { $0[0] }
        #expect(told.filter { $0.hasPrefix("credits.") } == ["credits.low", "credits.exhausted"])
        #expect(await tenant.get("/v1/clients/\(client)/credit_balance")["exhausted"] == true)
    }
}
