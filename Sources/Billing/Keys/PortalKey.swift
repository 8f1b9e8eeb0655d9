public import Daemon

/// A portal's API key as its agency sees it. The key itself is nowhere: the database keeps what recognises it.
public struct PortalKey: Equatable, Sendable {
    /// Which one.
    public var id: PortalKey.ID
    /// `tg_test_` or `tg_live_`.
    public var prefix: String
    /// The last four characters.
    public var last4: String
    /// What it is for.
    public var name: String
    /// What it may do: `clients:write`, `clients:*`, `*`.
    public var scopes: [String]
    /// When it ends by itself.
    public var expiresAt: Timestamp?
    /// When it was ended.
    public var revokedAt: Timestamp?
    /// When it was last shown, to the minute.
    public var lastUsedAt: Timestamp?
    /// Who made it, `key_…` or `pu_…`; nil for the operator.
    public var createdBy: String?
    /// The key whose place it took by a roll.
    public var replaces: PortalKey.ID?
    /// The version of the API it was made under.
    public var apiVersion: String
    /// When it was made.
    public var createdAt: Timestamp

    /// `active`, `expired` or `revoked`.
    public func status(at now: Timestamp) -> String {
        if revokedAt != nil { return "revoked" }
        if let expiresAt, expiresAt <= now { return "expired" }
        return "active"
    }
}

/// What a new key is to be.
public struct PortalKeyWish: Equatable, Sendable {
    /// HMAC of the whole key under the pepper.
    public var mac: [UInt8]
    /// `tg_test_` or `tg_live_`; the database refuses the other mode's.
    public var prefix: String
    /// The last four characters.
    public var last4: String
    /// What it is for.
    public var name: String
    /// What it may do; the database refuses more than the caller may.
    public var scopes: [String]
    /// When it ends by itself.
    public var expiresAt: Timestamp?
    /// Who makes it.
    public var createdBy: String
    /// The key whose place it takes.
    public var replaces: PortalKey.ID?

    /// States the wish.
    public init(
        mac: [UInt8], prefix: String, last4: String, name: String, scopes: [String], expiresAt: Timestamp?,
        createdBy: String, replaces: PortalKey.ID? = nil
    ) {
        self.mac = mac
        self.prefix = prefix
        self.last4 = last4
        self.name = name
        self.scopes = scopes
        self.expiresAt = expiresAt
        self.createdBy = createdBy
        self.replaces = replaces
    }
}
