public import Daemon

/// A person who uses the portal: one of the agency's own, or one of a client's.
public struct PortalUser: Equatable, Sendable {
    /// Whether the person may act.
    public enum Status: String, CaseIterable, Sendable {
        /// Not yet.
        case invited
        /// Yes.
        case active
        /// No more.
        case disabled
    }

    /// Which one.
    public var id: PortalUser.ID
    /// Whose; nil for the agency's own people.
    public var client: Client.ID?
    /// The portal's own id of the person.
    public var externalID: String?
    /// What the person may do.
    public var role: PortalRole
    /// The person's name.
    public var name: String?
    /// The person's address.
    public var email: String?
    /// Whether the person may act.
    public var status: Status
    /// Since when the portal says that the address is the person's.
    public var verifiedAt: Timestamp?
    /// The portal's own notes; JSON text.
    public var metadata: String
    /// When it was made.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
}

/// What a portal says about a user, checked.
public struct PortalUserWish: Equatable, Sendable {
    /// Whose; nil for the agency's own people.
    public var client: Client.ID?
    /// The portal's own id; unique among the tenant's users.
    public var externalID: String?
    /// What the person may do.
    public var role: PortalRole
    /// The person's name.
    public var name: String?
    /// The person's address.
    public var email: EmailAddress?
    /// Whether the person may act.
    public var status: PortalUser.Status
    /// Since when the address is proven.
    public var verifiedAt: Timestamp?
    /// JSON text of an object with texts.
    public var metadata: String

    /// States the wish.
    public init(
        client: Client.ID?, externalID: String?, role: PortalRole, name: String?, email: EmailAddress?,
        status: PortalUser.Status, verifiedAt: Timestamp?, metadata: String
    ) {
        self.client = client
        self.externalID = externalID
        self.role = role
        self.name = name
        self.email = email
        self.status = status
        self.verifiedAt = verifiedAt
        self.metadata = metadata
    }
}
