import Billing
import Daemon
import HTTPTypes

/// What a portal is sent.
enum DeliveryBody {
    /// The version of the body's form.
    static let version = "2026-11-21"

    /// JSON: the same bytes at every try, so that a receiver may keep them by their id.
    static func bytes(of event: PortalEventRecord) -> [UInt8] {
        let body: JSON = [
            "id": .string(event.id.text), "object": "event", "type": .string(event.type),
            "timestamp": .string(event.createdAt.rfc3339), "created": .integer(event.createdAt.seconds),
            "tenant": .string(event.tenant.text), "livemode": .bool(event.livemode),
            "subject": .string(event.subject), "sequence": .integer(event.seq), "version": .string(version),
            "data": (try? JSON.parse(Array(event.body.utf8))) ?? .null,
        ]
        return body.serialize()
    }
}
