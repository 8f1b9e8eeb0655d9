public import Daemon

/// What the examination found out about a connection, besides its row.
public struct ConnectionReport: Sendable {
    /// How the way for meter errors stands.
    public enum MeterHook: String, CaseIterable, Sendable {
        /// Not made yet.
        case unregistered
        /// Stands and sends to us.
        case registered
        /// Somebody deleted it.
        case missing
        /// Somebody switched it off.
        case disabled
        /// This account's Stripe does not know such a thing.
        case unavailable
    }

    /// When it was last examined.
    public var examinedAt: Timestamp?
    /// `active`, `pending`; nil: not known.
    public var taxStatus: String?
    /// What Stripe Tax still wants.
    public var taxMissing: [String]
    /// When that was asked.
    public var taxCheckedAt: Timestamp?
    /// Active meters at Stripe or here; nil: not known.
    public var meters: Int?
    /// The newest payout, in Stripe's words; JSON text.
    public var lastPayout: String?
    /// Our clock minus Stripe's, seconds.
    public var clockDriftSeconds: Int64?
    /// How the way for meter errors stands.
    public var meterHook: MeterHook
    /// Stripe's id, `ed_…`.
    public var meterHookID: String?
    /// The secret it signs with.
    public var meterHookSecret: SealedSecret.ID?
    /// Who can reach the account: `secret_key`, `connect`.
    public var accountVia: String?
    /// Why Stripe refuses to list events; nil while it does, or where a permission says it.
    public var eventsRefusal: String?
    /// Whether a subscription went unpaid to the end of its retries without being canceled (G6).
    public var hasUnpaidEnd: Bool
}
