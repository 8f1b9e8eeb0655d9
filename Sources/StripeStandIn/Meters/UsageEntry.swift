import HTTPTypes

/// One meter event as it was taken: counted for a meter and a customer, or rejected with Stripe's code.
struct UsageEntry: Sendable, Equatable {
    /// The sender's name of the event, or one made here.
    let identifier: String
    /// Names the meter.
    let eventName: String
    /// What was sent.
    let payload: JSONObject
    /// Seconds since 1970 the use happened at.
    let timestamp: Int64
    /// Seconds since 1970 it was taken at, on the stand-in's own clock.
    let received: Int64
    /// What became of it.
    let verdict: UsageVerdict
    /// Whether an adjustment took it back.
    var isCanceled = false
    /// Whether an error report told of it.
    var isReported = false

    /// The entry in the snapshot and for the control endpoint.
    var json: JSONObject {
        var json: JSONObject = [
            "identifier": .string(identifier), "event_name": .string(eventName), "payload": .object(payload),
            "timestamp": .integer(timestamp), "received": .integer(received), "canceled": .bool(isCanceled),
            "reported": .bool(isReported),
        ]
        for (name, value) in verdict.json { json[name] = value }
        return json
    }
}

extension UsageEntry {
    /// Reads the entry of a snapshot.
    init?(_ json: JSONObject) {
        guard let identifier = json.text("identifier"), let verdict = UsageVerdict(json) else { return nil }
        self.init(
            identifier: identifier, eventName: json.text("event_name") ?? "", payload: json.object("payload") ?? [:],
            timestamp: json.whole("timestamp") ?? 0, received: json.whole("received") ?? 0, verdict: verdict,
            isCanceled: json.flag("canceled"), isReported: json.flag("reported"))
    }
}
