public import Daemon

/// A domain the agency wants its clients' pages under. It is believed when its TXT record holds the token (S21), and
/// for as long as it does.
public struct BrandDomain: Equatable, Sendable {
    /// How far the proof is.
    public enum Status: String, CaseIterable, Sendable {
        /// Not proven yet.
        case pending
        /// The agency's own.
        case verified
        /// It was verified, and its record went away.
        case lost
    }

    /// Who saw the proof.
    public enum Proof: String, CaseIterable, Sendable {
        /// Our worker, in the domain's TXT record; looked at again every week.
        case dns
        /// The operator, whose word stands until it is taken back.
        case `operator`
    }

    /// Which one.
    public var id: BrandDomain.ID
    /// As `DomainName` has it.
    public var domain: String
    /// What nobody can guess.
    public var token: String
    /// How far the proof is.
    public var status: Status
    /// Who saw it.
    public var proof: Proof?
    /// Why it is not proven, or was not the last time: a word of `DomainFinding`, or `taken`, `operator`.
    public var reason: String?
    /// The same in a sentence.
    public var problem: String?
    /// Checks in a row that a verified one failed.
    public var failures: Int
    /// When it was last looked for.
    public var checkedAt: Timestamp?
    /// Since when it is the agency's.
    public var verifiedAt: Timestamp?
    /// When it is looked for again by itself.
    public var nextCheckAt: Timestamp?
    /// When it was asked for.
    public var createdAt: Timestamp

    /// The name whose TXT record proves it: one of its own, so that no other record of the domain is in the way.
    public var recordName: String { Self.recordName(of: domain) }
    /// What one of the TXT records there has to hold.
    public var recordValue: String { Self.recordValue(of: token) }

    /// The name whose TXT record proves a domain.
    public static func recordName(of domain: String) -> String { "_tollgate-challenge.\(domain)" }
    /// What the record of a token holds.
    public static func recordValue(of token: String) -> String { "tollgate-domain=\(token)" }
}
