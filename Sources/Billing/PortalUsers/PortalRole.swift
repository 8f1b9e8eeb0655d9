/// What a portal user may do. The scopes of each role are the database's (`app.role_scopes`); here is only who stands
/// above whom.
public enum PortalRole: String, CaseIterable, Sendable {
    /// Everything, and the only one who makes other owners.
    case owner
    /// Everything but owners.
    case admin
    /// Selling and collecting.
    case billing
    /// Reading.
    case support
    /// A client's own administrator: reads what is the client's, adds a card.
    case clientAdmin = "client_admin"
    /// A client's other people: read.
    case clientMember = "client_member"

    /// Whether it is of a client's people, who see their own client only (E13).
    public var isOfClient: Bool { self == .clientAdmin || self == .clientMember }

    /// A higher one undoes what a lower one did, not the reverse. The agency's own key stands as high as an owner.
    public var rank: Int {
        switch self {
        case .owner: 9
        case .admin: 7
        case .billing: 5
        case .support: 3
        case .clientAdmin: 2
        case .clientMember: 1
        }
    }
}
