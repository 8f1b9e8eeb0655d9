import Billing
import Daemon
import FoundationEssentials
import HTTPServer
import HTTPTypes

/// What became of each event of a request, in the order told.
struct UsageReport {
    /// What became of one.
    enum Result: Sendable {
        /// Stored.
        case accepted(UUID)
        /// Told before; nothing was stored.
        case duplicate(UUID)
        /// Not stored.
        case rejected([Problem.FieldIssue])
    }

    private let items: [UsageReader.Item]
    private var results: [Result]

    /// Nothing is known yet.
    init(_ items: [UsageReader.Item]) {
        self.items = items
        results = items.map { .rejected($0.issues) }
    }

    /// What became of the one at a place.
    subscript(place: Int) -> Result {
        get { results[place] }
        set { results[place] = newValue }
    }

    /// The problem of a single event that was rejected.
    var problem: Problem? {
        guard items.count == 1, case .rejected(let issues) = results[0] else { return nil }
        return Problem(issues: issues)
    }

    /// Written by hand: a thousand results a request.
    var response: Response {
        var counts = (accepted: 0, duplicate: 0, rejected: 0)
        var body = Array(#"{"object":"usage_report","results":["#.utf8)
        body.reserveCapacity(items.count * 160)
        for (place, result) in results.enumerated() {
            if place > 0 { body.append(UInt8(ascii: ",")) }
            body.append(contentsOf: #"{"index":"#.utf8)
            body.append(contentsOf: String(place).utf8)
            if let eventID = items[place].eventID {
                body.append(contentsOf: #","event_id":"#.utf8)
                body.append(contentsOf: JSON.string(eventID).serialize())
            }
            switch result {
            case .accepted(let id):
                counts.accepted += 1
                Self.append(id, "accepted", to: &body)
            case .duplicate(let id):
                counts.duplicate += 1
                Self.append(id, "duplicate", to: &body)
            case .rejected(let issues):
                counts.rejected += 1
                body.append(contentsOf: #","status":"rejected","errors":"#.utf8)
                body.append(contentsOf: Self.json(issues).serialize())
            }
            body.append(UInt8(ascii: "}"))
        }
        body.append(
            contentsOf:
                #"],"accepted":\#(counts.accepted),"duplicates":\#(counts.duplicate),"rejected":\#(counts.rejected)}"#
                .utf8)
        var response = Response(.ok, body: body)
        response.headers["Content-Type"] = "application/json"
        return response
    }

    private static func append(_ id: UUID, _ status: String, to body: inout [UInt8]) {
        body.append(contentsOf: #","status":""#.utf8)
        body.append(contentsOf: status.utf8)
        body.append(contentsOf: #"","id":"ue_"#.utf8)
        body.append(contentsOf: id.hex.utf8)
        body.append(UInt8(ascii: "\""))
    }

    private static func json(_ issues: [Problem.FieldIssue]) -> JSON {
        .array(
            issues.map {
                ["param": .string($0.param), "code": .string($0.code.rawValue), "detail": .string($0.detail)]
            }
        )
    }
}
