import Foundation
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import API

/// The audit log: what was changed with before and after, in a chain that shows what was altered afterwards.
@Suite(.freshDatabase) struct AuditChainTests {
    private var database: TestDatabase { TestDatabase.current }

    @Test func `writes leave an entry with before and after, and the chain is whole`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let client = try await mine.makeClient()
        let changed = await mine.patch("/v1/clients/\(client)", #"{"name": "Bakery & Sons"}"#)
        #expect(changed.status == 200)
        let log = await mine.get("/v1/audit_log?target=\(client)")
        let entries = log["data"].arrayValue ?? []
        #expect(entries.map { $0["action"]?.stringValue } == ["client.change", "client.create"], "\(log.text)")
        #expect(entries.first?["before"]?["name"] == "Client" && entries.first?["after"]?["name"] == "Bakery & Sons")
        #expect(entries.last?["after"]?["name"] == "Client")
        let page = try await mine.makePrice()
        let setup = await mine.post(
            "/v1/clients/\(client)/payment_setup", #"{"success_url": "https://a.b/c", "cancel_url": "https://a.b/d"}"#)
        #expect(setup.status == 202 && !page.isEmpty)
        // Nothing changes without an entry, even where its writer noted nothing.
        let all = await mine.get("/v1/audit_log?limit=100")
        #expect(all["data"].arrayValue?.contains { $0["action"] == "POST /v1/clients/{client}/payment_setup" } == true)
        let verified = await mine.get("/v1/audit_log/verify")
        #expect(verified["intact"] == true && verified["faults"].arrayValue?.isEmpty == true, "\(verified.text)")
        #expect(verified["entries"].integerValue.map(Int.init) == all["data"].arrayValue?.count)
    }

    @Test(arguments: [
        ("UPDATE app.audit_entry SET action = 'nothing' WHERE", "altered"),
        ("UPDATE app.audit_entry SET after = '{\"name\": \"x\"}' WHERE", "before or after was altered"),
        ("UPDATE app.audit_entry SET at = at + interval '1 s' WHERE", "altered"),
        ("UPDATE app.audit_entry SET after = NULL WHERE", "before or after was altered"),
        ("DELETE FROM app.audit_entry WHERE", "missing"),
    ]) func `a row altered behind the log's back is named`(sql: String, fault: String) async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        var clients: [String] = []
        for _ in 0..<4 { clients.append(try await mine.makeClient()) }
        let entry = await mine.get("/v1/audit_log?target=\(clients[1])")["data"][0] ?? .null
        let id = try #require(entry["id"]?.stringValue)
        let condition = "'au_' || replace(id::text, '-', '') = '\(id)'"
        try await database.run("SET session_replication_role = replica; \(sql) \(condition)")
        let verified = await mine.get("/v1/audit_log/verify")
        let faults = verified["faults"].arrayValue ?? []
        #expect(verified["intact"] == false && faults.count == 1, "\(verified.text)")
        #expect(faults.first?["entry"]?.stringValue == id && faults.first?["seq"] == entry["seq"])
        #expect(faults.first?["fault"]?.stringValue?.contains(fault) == true)
    }

    @Test func `an end that was cut off shows against an anchor kept elsewhere`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        for _ in 0..<3 { _ = try await mine.makeClient() }
        let noted = await mine.get("/v1/audit_log/verify")
        let anchor = "\(noted["entries"].integerValue ?? 0):\(noted["head"].stringValue ?? "")"
        #expect(await mine.get("/v1/audit_log/verify?anchor=\(anchor)")["intact"] == true)
        try await database.run(
            """
            SET session_replication_role = replica;
            DELETE FROM app.audit_entry WHERE id = (SELECT entry_id FROM app.audit_link ORDER BY seq DESC LIMIT 1);
            DELETE FROM app.audit_link WHERE seq = (SELECT max(seq) FROM app.audit_link)
            """)
        let cut = await mine.get("/v1/audit_log/verify?anchor=\(anchor)")
        #expect(cut["intact"] == false && cut["anchored"] == false && cut["faults"].arrayValue?.isEmpty == true)
    }

    @Test(arguments: [
        "UPDATE app.audit_entry SET action = 'x'", "DELETE FROM app.audit_entry", "TRUNCATE app.audit_entry CASCADE",
        "UPDATE app.audit_link SET seq = seq + 1", "DELETE FROM app.audit_link",
    ]) func `nobody changes the log, not even its owner`(sql: String) async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        _ = try await mine.makeClient()
        do {
            try await database.run(sql)
            Issue.record("accepted: \(sql)")
        } catch {
            #expect("\(error)".contains("only grows"), "\(error)")
        }
        for role in [TestDatabase.Role.gateway, .worker] where !sql.hasPrefix("TRUNCATE") {
            let session = AdministrativeSession(database.conninfo(role))
            await #expect(throws: PostgresError.self) { try await session.run(sql) }
            await session.close()
        }
    }

    @Test func `writers at once make one chain without a gap`() async throws {
        let portal = try Portal(sessions: 8)
        let mine = try await portal.makeTenant()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 { group.addTask { _ = try await mine.makeClient() } }
            try await group.waitForAll()
        }
        let verified = await mine.get("/v1/audit_log/verify")
        // One entry more: the operator made the key.
        #expect(verified["intact"] == true && verified["entries"] == 41, "\(verified.text)")
    }
}
