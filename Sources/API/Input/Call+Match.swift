import Crypto
import Daemon
import HTTPServer
import HTTPTypes

/// `ETag` and `If-Match` (RFC 9110, section 8.8.3 and 13.1.1): a change that was decided on an old reading is refused.
enum EntityTag {
    /// The tag of a resource's bytes, with its quotes.
    static func of(_ body: [UInt8]) -> String { "\"" + Hex.encode(Array(SHA256.digest(body).prefix(16))) + "\"" }
}

extension Call {
    /// Refuses with 412 when the caller names another reading of the resource than this one, which its transaction
    /// holds.
    func requireMatch(_ current: JSON) throws {
        guard let wanted = request.headers["If-Match"] else { return }
        try Self.require(wanted, of: EntityTag.of(current.serialize()))
    }

    /// Whether a list of tags, or `*`, holds one.
    static func require(_ wanted: String, of tag: String) throws {
        let tags = wanted.split(separator: ",").map { $0.filter { $0 != " " } }
        guard tags.contains("*") || tags.contains(tag) else {
            throw Problem(
                .preconditionFailed, "Somebody changed it since you read it. Read it again, then decide.",
                param: "If-Match")
        }
    }
}
