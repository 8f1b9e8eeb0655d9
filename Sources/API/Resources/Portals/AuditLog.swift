import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/audit_log`: who changed what, with before and after, in a chain of hashes that shows what was altered later.
enum AuditLog {
    /// Links looked at in one transaction.
    private static let stride = 5_000

    /// Newest first; `action`, `target` and `actor` narrow it.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "action", "target", "actor")
        let page = try call.page(query, of: AuditEntry.self)
        let filter = ListAuditEntries.Filter(action: query["action"], target: query["target"], actor: query["actor"])
        let rows = try await call.read { tx in try tx.run(ListAuditEntries(page, filter)) }
        let (entries, hasMore) = page.cut(rows)
        return call.listed(entries.map(json), hasMore: hasMore)
    }

    /// Computes the chain anew. `anchor=<entries>:<head>` of an earlier answer, kept elsewhere, proves that the log
    /// still goes through that point: cutting its end off would show.
    static func verify(_ call: Call) async throws -> Response {
        let query = try call.query("anchor")
        let anchor = try anchor(query)
        guard let head = try await call.read({ tx in try tx.first(FindAuditHead()) }) else {
            return answer(nil, [], isAnchored: anchor == nil)
        }
        var faults: [AuditFault] = []
        var seq: Int64 = 0
        while seq < head.seq, faults.count < 100 {
            let start = seq
            faults += try await call.read { tx in try tx.run(ListAuditFaults(after: start, count: stride)) }
            seq += Int64(stride)
        }
        var isAnchored = true
        if let anchor {
            let link = try await call.read { tx in try tx.first(FindAuditHead(anchor.seq)) }
            isAnchored = link?.hash == anchor.hash
        }
        return answer(head, Array(faults.prefix(100)), isAnchored: isAnchored)
    }

    private static func anchor(_ query: HTTPQuery) throws -> AuditHead? {
        guard let text = query["anchor"] else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let seq = Int64(parts[0]), seq > 0, let hash = Hex.decode(parts[1]), hash.count == 32
        else {
            throw Problem(
                .invalidQuery, "anchor is <entries>:<head> of an earlier answer, like 12:9f86….", param: "anchor")
        }
        return AuditHead(seq: seq, hash: hash)
    }

    private static func answer(_ head: AuditHead?, _ faults: [AuditFault], isAnchored: Bool) -> Response {
        .json(
            .ok,
            .object([
                "object": "audit_verification", "intact": .bool(faults.isEmpty && isAnchored),
                "entries": .integer(head?.seq ?? 0), "head": .text(head.map { Hex.encode($0.hash) }),
                "anchored": .bool(isAnchored),
                "faults": .array(
                    faults.map {
                        [
                            "seq": $0.seq.map(JSON.integer) ?? .null, "entry": .string($0.entry.text),
                            "fault": .string($0.fault),
                        ]
                    }),
            ]))
    }

    private static func json(_ entry: AuditEntry) -> JSON {
        .object([
            "object": "audit_entry", "id": .string(entry.id.text), "at": .time(entry.at),
            "actor": .string(entry.actor), "api_key": .text(entry.key?.text), "user": .text(entry.user?.text),
            "action": .string(entry.action), "target": .string(entry.target), "before": .stored(entry.before),
            "after": .stored(entry.after), "ip": .text(entry.address), "request_id": .text(entry.requestID),
            "seq": entry.seq.map(JSON.integer) ?? .null, "hash": .text(entry.hash.map(Hex.encode)),
            "erased_at": .time(entry.erasedAt),
        ])
    }
}
