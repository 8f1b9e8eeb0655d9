import Billing
import Daemon
import HTTPTypes

/// What an event says of itself. It is a hint to look; no state is ever taken from it (F2).
struct StripeEventNotice: Sendable {
    /// What is kept.
    let received: ReceivedEvent
    /// Whether it is about real money.
    let livemode: Bool
    /// The connected account it is about.
    let account: String?

    /// Reads a body whose signature was checked. Deep objects are Stripe's right, so the limits are wider than for
    /// callers.
    init(_ body: [UInt8]) throws {
        let limits = JSONLimits(depthMax: 64, nodesMax: 100_000)
        guard let json = try? JSON.parse(body, limits: limits), json["object"]?.stringValue == "event",
            let id = Self.name(json["id"]), id.hasPrefix("evt_"), let type = Self.name(json["type"]),
            let created = json["created"]?.integerValue, let livemode = json["livemode"]?.boolValue
        else { throw Problem(.invalidSignature, "The webhook was not accepted.") }
        let object = json["data"]?["object"]
        let kind = Self.name(object?["object"])
        let objectID = Self.name(object?["id"])
        received = ReceivedEvent(
            id: id, type: type, objectKind: kind, object: objectID,
            customer: kind == "customer"
                ? objectID : Self.name(object?["customer"]) ?? Self.name(object?["customer"]?["id"]),
            apiVersion: Self.name(json["api_version"]), created: Timestamp(seconds: created))
        self.livemode = livemode
        account = Self.name(json["account"])
    }

    /// Stripe's names are short plain words; anything else is not one.
    private static func name(_ json: JSON?) -> String? {
        guard let text = json?.stringValue, (1...255).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return text
    }
}
