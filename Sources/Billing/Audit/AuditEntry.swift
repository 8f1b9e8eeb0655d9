public import Daemon

/// Who changed what. Rows are only ever added, each tenant's in one chain of hashes.
public struct AuditEntry: Equatable, Sendable {
    /// Which one.
    public var id: AuditEntry.ID
    /// When.
    public var at: Timestamp
    /// `pu_…`, `key_…`, `operator`.
    public var actor: String
    /// The API key behind it.
    public var key: PortalKey.ID?
    /// The portal user it acted for.
    public var user: PortalUser.ID?
    /// Like `client.change`.
    public var action: String
    /// Public id of what was changed.
    public var target: String
    /// JSON text.
    public var before: String?
    /// JSON text.
    public var after: String?
    /// Where the request came from.
    public var address: String?
    /// The request that did it.
    public var requestID: String?
    /// Its place in the tenant's chain.
    public var seq: Int64?
    /// Hash of its link: of this entry and the hash before it.
    public var hash: [UInt8]?
    /// When its values were erased with the person they were about.
    public var erasedAt: Timestamp?
}

/// A fault in a tenant's chain.
public struct AuditFault: Equatable, Sendable {
    /// Where in the chain; nil for an entry that is in none.
    public var seq: Int64?
    /// The entry.
    public var entry: AuditEntry.ID
    /// What is wrong, in words.
    public var fault: String
}

/// Where a tenant's chain ends.
public struct AuditHead: Equatable, Sendable {
    /// How many links there are.
    public var seq: Int64
    /// The last one's hash.
    public var hash: [UInt8]

    /// States the facts.
    public init(seq: Int64, hash: [UInt8]) {
        self.seq = seq
        self.hash = hash
    }
}
