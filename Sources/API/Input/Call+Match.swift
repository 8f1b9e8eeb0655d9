import Billing
import Crypto
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `ETag` and `If-Match` (RFC 9110, section 8.8.3 and 13.1.1): a change that was decided on an old reading is refused.
enum EntityTag {
    /// The tag of a resource's bytes, with its quotes.
    static func of(_ body: [UInt8]) -> String { "\"" + Hex.encode(Array(SHA256.digest(body).prefix(16))) + "\"" }
}

extension Call {
    /// Refuses with 412 when the caller decided on another reading of the resource than the one this transaction sees.
    /// Changes at one address come one after the other: of two that were decided on the same reading, one is done.
    func requireFresh(_ tx: borrowing Transaction<TenantScope>) throws {
        guard let resource else { return }
        tx.send(LockAddress(([route.pattern] + parameters.values.sorted()).joined(separator: " ")))
        guard let wanted = request.headers["If-Match"] else { return }
        var reading = self
        reading.request.query = HTTPQuery("") ?? request.query
        try Self.require(wanted, of: EntityTag.of(resource(reading, tx).serialize()))
    }

    /// Whether a list of tags, or `*`, holds one.
    private static func require(_ wanted: String, of tag: String) throws {
        let tags = wanted.split(separator: ",").map { $0.filter { $0 != " " } }
        guard tags.contains("*") || tags.contains(tag) else {
            throw Problem(
                .preconditionFailed, "Somebody changed it since you read it. Read it again, then decide.",
                param: "If-Match")
        }
    }
}
