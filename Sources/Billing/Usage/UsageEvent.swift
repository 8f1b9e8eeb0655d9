public import Daemon
public import FoundationEssentials

/// A fact the portal told: something an agent did. Never changed; what became of it stands beside it.
public struct UsageEvent: Equatable, Sendable {
    /// What kind of thing happened.
    public enum Kind: String, CaseIterable, Sendable {
        /// An exchange of messages with a text-based agent.
        case message
        /// A call; it lasted some seconds.
        case call
        /// A conversation on any platform, or its analysis.
        case conversation
    }

    /// Where it stands.
    public enum Status: String, CaseIterable, Sendable {
        /// Stored; nobody looked at it yet.
        case accepted
        /// It counts, or is one more of a conversation that counts.
        case metered
        /// It counts nowhere; the reason says why.
        case notMetered = "not_metered"
        /// Its period is billed already; the tenant's policy decides.
        case late
        /// Taken back by the portal.
        case voided
    }

    /// Which one.
    public var id: UsageEvent.ID
    /// The portal's id of the fact.
    public var eventID: String
    /// Who did it.
    public var agent: Agent.ID
    /// What it was.
    public var kind: Kind
    /// When it happened.
    public var occurredAt: Timestamp
    /// When it was told.
    public var receivedAt: Timestamp
    /// How long it took.
    public var seconds: Int?
    /// How many exchanges it was.
    public var messages: Int?
    /// What its messages cost.
    public var credits: Int64?
    /// Which conversation it belongs to.
    public var conversationID: String?
    /// What the conversation was analysed for; JSON text.
    public var analysis: String?
    /// Who spoke with the agent.
    public var lead: UsageLead
    /// Whether it was told afterwards, on purpose.
    public var isBackfill: Bool
}

/// Who spoke with an agent, as far as the portal knows.
public struct UsageLead: Equatable, Sendable {
    /// E-mail address.
    public var email: String?
    /// Name.
    public var name: String?
    /// Telephone number.
    public var phone: String?

    /// States what is known.
    public init(email: String? = nil, name: String? = nil, phone: String? = nil) {
        self.email = email
        self.name = name
        self.phone = phone
    }
}

/// What a portal tells, checked.
public struct UsageFact: Equatable, Sendable {
    /// The portal's id of the fact, the same whenever it tells it again.
    public var eventID: String
    /// What happened.
    public var kind: UsageEvent.Kind
    /// When, in seconds since 1970.
    public var occurredAt: Int64
    /// How long it took.
    public var seconds: Int64?
    /// How many exchanges it was.
    public var messages: Int64?
    /// What its messages cost.
    public var credits: Int64?
    /// Which conversation it belongs to.
    public var conversationID: String?
    /// JSON text of an object.
    public var analysis: String?
    /// Who spoke with the agent.
    public var lead: UsageLead

    /// States the fact.
    public init(
        eventID: String, kind: UsageEvent.Kind, occurredAt: Int64, seconds: Int64? = nil, messages: Int64? = nil,
        credits: Int64? = nil, conversationID: String? = nil, analysis: String? = nil, lead: UsageLead = UsageLead()
    ) {
        self.eventID = eventID
        self.kind = kind
        self.occurredAt = occurredAt
        self.seconds = seconds
        self.messages = messages
        self.credits = credits
        self.conversationID = conversationID
        self.analysis = analysis
        self.lead = lead
    }
}

/// The ids of one request's events: neighbours, so that a range finds all of them.
public struct UsageIDs: Sendable {
    private let base: [UInt8]

    /// The last two bytes are for counting.
    public init(at now: Timestamp) { base = UUID.v7(at: now).bytes }

    /// The one at a place.
    public subscript(_ index: Int) -> UUID {
        var bytes = base
        bytes[14] = UInt8(truncatingIfNeeded: index >> 8)
        bytes[15] = UInt8(truncatingIfNeeded: index)
        return UUID(bytes: bytes) ?? UUID()
    }
}
