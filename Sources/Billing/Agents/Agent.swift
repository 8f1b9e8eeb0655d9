public import Daemon

/// The thing that makes usage for one client: a chatbot, a voice assistant, a workspace.
public struct Agent: Equatable, Sendable {
    /// Where it runs; decides what can be counted (D14 to D17).
    public enum Platform: String, CaseIterable, Sendable {
        /// Writes.
        case text
        /// Speaks, through Retell.
        case retell
        /// Speaks, through Vapi.
        case vapi
        /// Speaks, through ElevenLabs.
        case elevenlabs
        /// Speaks, through something else.
        case voice
        /// Anything else.
        case other

        /// Whether it has custom analysis fields, and so can be billed by value (D17).
        public var hasAnalysis: Bool { self == .retell || self == .vapi || self == .elevenlabs }

        /// What can be counted of its work.
        public var metrics: [MeteringType] {
            switch self {
            case .text: [.interactions, .conversations, .messageCredits, .messages]
            case .retell, .vapi, .elevenlabs: [.minutes, .conversations, .valueBased]
            case .voice: [.minutes, .conversations]
            case .other: [.interactions, .minutes, .conversations, .messageCredits, .messages]
            }
        }
    }

    /// One field that the agency set up for the analysis of each conversation.
    public struct AnalysisField: Equatable, Sendable {
        /// What it holds; only truth values can be billed (D18).
        public enum Kind: String, CaseIterable, Sendable {
            /// true or false.
            case boolean
            /// A text.
            case string
            /// A number.
            case number
        }

        /// Its name, like `appointment_booked`.
        public var key: String
        /// What it holds.
        public var type: Kind

        /// States it.
        public init(key: String, type: Kind) {
            self.key = key
            self.type = type
        }
    }

    /// Whether it is in use.
    public enum Status: String, CaseIterable, Sendable {
        /// It makes usage.
        case active
        /// Its new usage is refused; what it made stays.
        case archived
    }

    /// Which one.
    public var id: Agent.ID
    /// For whom it works.
    public var client: Client.ID
    /// The portal's own id of it; unique among the tenant's agents.
    public var externalID: String?
    /// Its name.
    public var name: String
    /// Where it runs.
    public var platform: Platform
    /// What its conversations are analysed for.
    public var analysisFields: [AnalysisField]
    /// Whether it is in use.
    public var status: Status
    /// The portal's own notes; JSON text.
    public var metadata: String
    /// When it was made.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp

    /// The fields a value-based price can be charged by: truth values only (D18).
    public var countableFields: [String] {
        platform.hasAnalysis ? analysisFields.filter { $0.type == .boolean }.map(\.key) : []
    }
}

/// What a portal says about an agent, checked.
public struct AgentWish: Equatable, Sendable {
    /// The portal's own id of it.
    public var externalID: String?
    /// Its name.
    public var name: String
    /// Where it runs.
    public var platform: Agent.Platform
    /// What its conversations are analysed for.
    public var analysisFields: [Agent.AnalysisField]
    /// Whether it is in use.
    public var status: Agent.Status
    /// JSON text of an object with texts.
    public var metadata: String

    /// States the wish.
    public init(
        externalID: String? = nil, name: String, platform: Agent.Platform,
        analysisFields: [Agent.AnalysisField] = [], status: Agent.Status = .active, metadata: String = "{}"
    ) {
        self.externalID = externalID
        self.name = name
        self.platform = platform
        self.analysisFields = analysisFields
        self.status = status
        self.metadata = metadata
    }
}
