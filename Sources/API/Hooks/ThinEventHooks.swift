import Billing
import Daemon
import FoundationEssentials
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

extension StripeHooks {
    /// A thin event: Stripe's report on usage it did not count comes no other way (F9). As with every webhook: verify,
    /// one INSERT, 200; a worker reads what it says. Whatever else Stripe tells this way is for nobody, and not kept.
    static func receiveThin(_ call: Call) async throws -> Response {
        guard let token = call.parameters["token"].flatMap(UUID.init(hex:)) else { throw refused }
        let (request, gateway) = (call.request, call.gateway)
        let receipt = try await entering {
            try await gateway.intake.transaction(entering: EnterByHook(token: token)) { hook, tx -> CommandReceipt? in
                try verify(request, with: secrets(of: hook, gateway, tx), gateway)
                let event = try ThinEventNotice(request.body, now: gateway.clock.now())
                guard event.livemode ?? hook.livemode == hook.livemode,
                    event.context == nil || event.context == hook.account
                else { throw refused }
                guard event.isAboutUsage, try tx.first(InsertReceivedEvent(event.received)) != nil else { return nil }
                return try tx.enqueue(ReadErrorReport(event: event.received.id))
            }
        }
        return told(receipt, gateway)
    }
}

/// What a thin event says of itself: only who it is. What it reports is fetched.
private struct ThinEventNotice: Sendable {
    let received: ReceivedEvent
    let livemode: Bool?
    let context: String?

    init(_ body: [UInt8], now: Timestamp) throws {
        let limits = JSONLimits(depthMax: 64, nodesMax: 100_000)
        guard let json = try? JSON.parse(body, limits: limits), json["object"]?.stringValue == "v2.core.event",
            let id = Self.name(json["id"]), id.hasPrefix("evt_"), let type = Self.name(json["type"])
        else { throw StripeHooks.refused }
        received = ReceivedEvent(
            id: id, type: type, objectKind: Self.name(json["related_object"]?["type"]),
            object: Self.name(json["related_object"]?["id"]), customer: nil, apiVersion: nil,
            created: json["created"]?.stringValue.flatMap(Timestamp.init(rfc3339:)) ?? now)
        livemode = json["livemode"]?.boolValue
        context = Self.name(json["context"])
    }

    var isAboutUsage: Bool { received.type.hasPrefix("v1.billing.meter.") }

    private static func name(_ json: JSON?) -> String? {
        guard let text = json?.stringValue, (1...255).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return text
    }
}
