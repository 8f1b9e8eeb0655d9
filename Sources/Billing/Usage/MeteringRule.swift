public import Daemon

/// Which meter an agent's usage goes to, what is counted of it, and who pays (seed 004). A change is a new version,
/// for what comes later.
public struct MeteringRule: Equatable, Sendable {
    /// Whether one customer pays for everything, or each conversation's lead.
    public enum CustomerMode: String, CaseIterable, Sendable {
        /// Always the fixed customer, whoever the lead is (M8, M13).
        case fixed = "static"
        /// Whoever the lead is (M9).
        case dynamic
    }

    /// By what a customer is recognised.
    public enum Identifier: String, CaseIterable, Sendable {
        /// The recommended one: people share names, and telephone numbers change.
        case email
        /// As written on our client.
        case name
        /// By its digits.
        case phone

        /// How the field of a fixed customer is labelled (M12).
        public var label: String {
            switch self {
            case .email: "Customer Email"
            case .name: "Customer Name"
            case .phone: "Customer Phone"
            }
        }
    }

    /// Whose.
    public var agent: Agent.ID
    /// Counted from 1 for each agent.
    public var version: Int
    /// Where usage goes.
    public var meter: Meter.ID
    /// What is counted.
    public var type: MeteringType
    /// Who pays.
    public var mode: CustomerMode
    /// By what the payer is recognised.
    public var identifyBy: Identifier
    /// The fixed customer's e-mail address, name or telephone number.
    public var staticValue: String?
    /// Or Stripe's id of it, `cus_…`.
    public var staticCustomer: String?
    /// Of `value_based`: which truth value counts.
    public var analysisField: String?
    /// Who saved it.
    public var actor: String
    /// It applies to what is received from here on.
    public var effectiveFrom: Timestamp
    /// And before here; nil while it is the current one.
    public var endedAt: Timestamp?
}

/// A rule as a portal wants it, checked.
public struct MeteringWish: Equatable, Sendable {
    /// Where usage goes.
    public var meter: Meter.ID
    /// What is counted.
    public var type: MeteringType
    /// Who pays.
    public var mode: MeteringRule.CustomerMode
    /// By what the payer is recognised.
    public var identifyBy: MeteringRule.Identifier
    /// The fixed customer's e-mail address, name or telephone number.
    public var staticValue: String?
    /// Or Stripe's id of it.
    public var staticCustomer: String?
    /// Of `value_based`: which truth value counts.
    public var analysisField: String?

    /// States the wish.
    public init(
        meter: Meter.ID, type: MeteringType, mode: MeteringRule.CustomerMode,
        identifyBy: MeteringRule.Identifier = .email, staticValue: String? = nil, staticCustomer: String? = nil,
        analysisField: String? = nil
    ) {
        self.meter = meter
        self.type = type
        self.mode = mode
        self.identifyBy = identifyBy
        self.staticValue = staticValue
        self.staticCustomer = staticCustomer
        self.analysisField = analysisField
    }
}

/// A meter, as far as a rule needs to know it.
public struct MeterChoice: Equatable, Sendable {
    /// Which one.
    public var id: Meter.ID
    /// Stripe's id, `mtr_…`.
    public var stripeMeter: String?
    /// What events name it by.
    public var eventName: String
    /// For people.
    public var displayName: String
    /// `sum`, `count` or `last`.
    public var formula: String
    /// Whether Stripe takes events.
    public var isActive: Bool

    /// Whether it can add up this: one that counts events cannot count what comes in other numbers, and one that keeps
    /// the last value adds nothing up.
    public func counts(_ type: MeteringType) -> Bool {
        switch formula {
        case "sum": true
        case "count": type != .minutes && type != .messageCredits
        default: false
        }
    }
}
