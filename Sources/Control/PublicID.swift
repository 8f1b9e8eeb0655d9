internal import Billing
internal import Daemon
internal import FoundationEssentials

/// Ids as operators type them and read them.
enum PublicID {
    /// A tenant's id (`tn_…`).
    static func tenant(_ text: String) throws(ExitError) -> UUID {
        guard let id = Tenant.ID(text) else { throw .usage("'\(text)' is not a tenant's id (tn_ and 32 hex digits)") }
        return id.rawValue
    }

    /// A command's id (`cmd_…`).
    static func command(_ text: String) throws(ExitError) -> UUID {
        guard let id = Command.ID(text) else {
            throw .usage("'\(text)' is not a command's id (cmd_ and 32 hex digits)")
        }
        return id.rawValue
    }

    /// An API key's id (`key_…`).
    static func key(_ text: String) throws(ExitError) -> UUID {
        guard let id = Identifier<AccessKey>(text) else {
            throw .usage("'\(text)' is not an API key's id (key_ and 32 hex digits)")
        }
        return id.rawValue
    }

    /// How a tenant's id is written.
    static func text(tenant id: UUID) -> String { Tenant.ID(rawValue: id).text }
    /// How a command's id is written.
    static func text(command id: UUID) -> String { Command.ID(rawValue: id).text }
    /// How an API key's id is written.
    static func text(key id: UUID) -> String { Identifier<AccessKey>(rawValue: id).text }
}

/// An API key's row; the key itself is nowhere.
enum AccessKey: Identified {
    static let identifierPrefix = "key"
}
