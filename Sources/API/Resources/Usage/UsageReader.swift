import Billing
import FoundationEssentials
import HTTPTypes

/// Reads what a portal tells of usage: one event, or up to a thousand. What is wrong with one does not touch the
/// others.
///
/// Not by `Fields`: a thousand objects a request are read in one pass each, and mistakes are told by place.
struct UsageReader {
    /// How an agent is named.
    enum AgentName: Hashable, Sendable {
        /// By our id.
        case id(UUID)
        /// By the portal's: `ext:…`.
        case external(String)
    }

    /// One event, as far as it could be read.
    struct Item: Sendable {
        /// The portal's id, where there is one.
        var eventID: String?
        /// Who did it.
        var agent: AgentName?
        /// What it says; nil when something is wrong.
        var fact: UsageFact?
        /// What is wrong.
        var issues: [Problem.FieldIssue] = []
    }

    /// More events of one request are refused.
    static let eventsMax = 1_000
    /// A thousand events with fifty analysis fields each, and no more.
    static let limits = JSONLimits(depthMax: 8, nodesMax: 120_000)

    /// Whether it was one event, without a list around it.
    let isSingle: Bool
    /// In the order told.
    let items: [Item]

    /// Reads a body.
    init(_ body: [UInt8]) throws {
        let json = try JSON.parse(body, limits: Self.limits)
        guard let object = json.objectValue else { throw Problem(.invalidJSON, "The body must be a JSON object.") }
        guard object.keys.contains("events") else {
            isSingle = true
            items = [Self.item(json)]
            return
        }
        if let other = object.keys.first(where: { $0 != "events" }) {
            let isWord = other.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F }
            throw Problem(.unknownField, "Beside events there is nothing.", param: isWord ? other : "?")
        }
        guard let events = object["events"]?.arrayValue, (1...Self.eventsMax).contains(events.count) else {
            throw Problem(.invalidField, "Must be a list of 1 to \(Self.eventsMax) events.", param: "events")
        }
        isSingle = false
        items = events.map(Self.item)
    }

    /// One event. `event_id`, `agent` and `occurred_at` must be there, and what its kind is counted by.
    static func item(_ json: JSON) -> Item {
        guard let object = json.objectValue else {
            return Item(issues: [.init(param: "", code: .invalidField, detail: "Must be an object.")])
        }
        var event = UsageFields()
        for (name, value) in object where value != .null { event.read(name, value) }
        return event.item()
    }
}

/// The fields of one event while they are read.
private struct UsageFields {
    var eventID: String?
    var agent: UsageReader.AgentName?
    var kind: UsageEvent.Kind?
    var occurredAt: Int64?
    var seconds: Int64?
    var messages: Int64?
    var credits: Int64?
    var conversationID: String?
    var analysis: String?
    var lead = UsageLead()
    var issues: [Problem.FieldIssue] = []

    mutating func read(_ name: String, _ value: JSON) {
        switch name {
        case "event_id": eventID = word(name, value, max: 200)
        case "agent": agent = agentName(value)
        case "kind": kind = kind(value)
        case "occurred_at": occurredAt = number(name, value, 0...253_402_300_799)
        case "duration_seconds": seconds = number(name, value, 0...864_000)
        case "messages": messages = number(name, value, 0...1_000_000)
        case "credits": credits = number(name, value, 0...1_000_000_000)
        case "conversation_id": conversationID = word(name, value, max: 200)
        case "analysis": analysis = analysis(value)
        case "lead": lead(value)
        default: refuse(name, .unknownField, "There is no such field.")
        }
    }

    /// What is wrong with it as a whole, or the event.
    mutating func item() -> UsageReader.Item {
        for (name, isMissing) in [
            ("event_id", eventID == nil), ("agent", agent == nil), ("occurred_at", occurredAt == nil),
        ] where isMissing && !isRefused(name) { refuse(name, .parameterMissing, "Is required.") }
        let kind = kind ?? (seconds != nil ? .call : .message)
        switch kind {
        case .call where seconds == nil && !isRefused("duration_seconds"):
            refuse("duration_seconds", .parameterMissing, "A call has a duration_seconds.")
        case .conversation where conversationID == nil && !isRefused("conversation_id"):
            refuse("conversation_id", .parameterMissing, "A conversation has a conversation_id.")
        default: break
        }
        var item = UsageReader.Item(eventID: eventID, agent: agent, issues: issues)
        if issues.isEmpty, let eventID, let occurredAt {
            item.fact = UsageFact(
                eventID: eventID, kind: kind, occurredAt: occurredAt, seconds: seconds,
                messages: messages ?? (kind == .message ? 1 : nil), credits: credits,
                conversationID: conversationID, analysis: analysis, lead: lead)
        }
        return item
    }

    private mutating func agentName(_ json: JSON) -> UsageReader.AgentName? {
        if let text = json.stringValue {
            if let id = Agent.ID(text) { return .id(id.rawValue) }
            let name = text.dropFirst(4)
            if text.hasPrefix("ext:"), (1...255).contains(name.unicodeScalars.count), !name.utf8.contains(0) {
                return .external(String(name))
            }
        }
        refuse("agent", .invalidField, "Must be an id of the form ag_…, or ext: and your own id of the agent.")
        return nil
    }

    private mutating func kind(_ json: JSON) -> UsageEvent.Kind? {
        if let kind = json.stringValue.flatMap(UsageEvent.Kind.init(rawValue:)) { return kind }
        refuse("kind", .invalidField, "Must be one of message, call, conversation.")
        return nil
    }

    private mutating func number(_ name: String, _ json: JSON, _ range: ClosedRange<Int64>) -> Int64? {
        if let value = json.integerValue, range.contains(value) { return value }
        refuse(name, .invalidField, "Must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        return nil
    }

    /// Printable ASCII, since it is compared byte for byte for ever.
    private mutating func word(_ name: String, _ json: JSON, max: Int) -> String? {
        if let text = json.stringValue, (1...max).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        {
            return text
        }
        refuse(name, .invalidField, "Must be a text of 1 to \(max) printable ASCII characters.")
        return nil
    }

    /// Values of any kind: which of them are truth values is the agent's set-up, and judged when it is counted (D18).
    private mutating func analysis(_ json: JSON) -> String? {
        guard let object = json.objectValue, object.count <= 50 else {
            refuse("analysis", .invalidField, "Must be an object with at most 50 fields.")
            return nil
        }
        for (name, value) in object {
            guard (1...100).contains(name.unicodeScalars.count), !name.utf8.contains(0), isPlain(value) else {
                refuse(
                    "analysis", .invalidField,
                    "Names have 1 to 100 characters; values are truth values, numbers, or texts of at most 500.")
                return nil
            }
            if case .string(let text) = value, holdsCard(text) {
                refuse("analysis", .panRejected, "It holds what looks like a card number.")
                return nil
            }
        }
        return json.text
    }

    private func isPlain(_ json: JSON) -> Bool {
        switch json {
        case .bool, .integer, .null: true
        case .decimal(let digits): isStorable(digits)
        case .string(let text): text.unicodeScalars.count <= 500 && !text.utf8.contains(0)
        case .array, .object: false
        }
    }

    /// PostgreSQL's numbers end at some thousand digits; one beyond would cost the whole request.
    private func isStorable(_ digits: String) -> Bool {
        guard let mark = digits.lastIndex(where: { $0 == "e" || $0 == "E" }) else { return true }
        return Int(digits[digits.index(after: mark)...]).map { abs($0) <= 1_000 } ?? false
    }

    private mutating func lead(_ json: JSON) {
        guard let object = json.objectValue else { return refuse("lead", .invalidField, "Must be an object.") }
        for (name, value) in object where value != .null {
            guard let text = value.stringValue, text.unicodeScalars.count <= 250, !text.utf8.contains(0) else {
                refuse(
                    "lead." + (isWord(name) ? name : "?"), .invalidField, "Must be a text of at most 250 characters.")
                continue
            }
            if holdsCard(text) { refuse("lead", .panRejected, "It holds what looks like a card number.") }
            switch name {
            case "email": lead.email = text
            case "name": lead.name = text
            case "phone": lead.phone = text
            default: refuse("lead." + (isWord(name) ? name : "?"), .unknownField, "There is no such field.")
            }
        }
    }

    /// Thirteen digits or more, to begin with: most texts have none.
    private func holdsCard(_ text: String) -> Bool {
        var digits = 0
        for byte in text.utf8 where (0x30...0x39).contains(byte) { digits += 1 }
        return digits >= 13 && CardNumbers.occur(in: .string(text))
    }

    private func isWord(_ name: String) -> Bool {
        name.utf8.count <= 40 && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F }
    }

    private func isRefused(_ name: String) -> Bool { issues.contains { $0.param == name } }

    private mutating func refuse(_ name: String, _ code: ProblemCode, _ detail: String) {
        guard issues.count < Fields.unknownMax else { return }
        issues.append(.init(param: isWord(name) || name.contains(".") ? name : "?", code: code, detail: detail))
    }
}
