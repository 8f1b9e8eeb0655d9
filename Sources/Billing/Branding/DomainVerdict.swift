public import Daemon

/// What a look at a domain's record comes to.
public struct DomainVerdict: Equatable, Sendable {
    /// How far the proof is then.
    public var status: BrandDomain.Status
    /// Who saw it.
    public var proof: BrandDomain.Proof?
    /// Why it is not proven, or was not this time.
    public var reason: String?
    /// The same in a sentence.
    public var problem: String?
    /// Checks in a row that failed.
    public var failures: Int
    /// When it is looked for again by itself.
    public var nextCheckAt: Timestamp?
    /// What the portal is told: `domain.verified`, `domain.failing`, `domain.lost`.
    public var event: String?

    /// A verified domain is looked at again after so long.
    public static let interval = Duration.seconds(7 * 86_400)
    /// And after so long when that went wrong.
    public static let pauseAfterFailure = Duration.seconds(86_400)
    /// So many looks in a row that find no proof lose it.
    public static let failuresMax = 3

    /// Judges what was found.
    ///
    /// - Parameters:
    ///   - isFree: whether no other agency has the domain.
    ///   - isScheduled: whether it is the weekly look; one that somebody asked for counts no failure.
    public init(
        _ domain: BrandDomain, _ finding: DomainFinding, isFree: Bool, isScheduled: Bool, at now: Timestamp
    ) {
        self.init(
            status: domain.status, proof: domain.proof, reason: finding.reason,
            problem: finding.problem(at: domain.recordName), failures: domain.failures,
            nextCheckAt: domain.nextCheckAt)
        if finding == .proven {
            isFree ? verify(at: now) : refuse()
        } else if isScheduled {
            fail(isRefuted: finding.isRefutation, at: now)
        }
    }

    private init(
        status: BrandDomain.Status, proof: BrandDomain.Proof?, reason: String?, problem: String?, failures: Int,
        nextCheckAt: Timestamp?
    ) {
        self.status = status
        self.proof = proof
        self.reason = reason
        self.problem = problem
        self.failures = failures
        self.nextCheckAt = nextCheckAt
    }

    private mutating func verify(at now: Timestamp) {
        if status != .verified { event = "domain.verified" }
        (status, proof, failures) = (.verified, .dns, 0)
        nextCheckAt = now + Self.interval
    }

    private mutating func refuse() {
        reason = "taken"
        problem = "Another agency has proven this domain. Its proof has to go away first, or ask the operator."
    }

    /// Silence is no failure: an outage of name servers takes nobody's domain away.
    private mutating func fail(isRefuted: Bool, at now: Timestamp) {
        nextCheckAt = now + Self.pauseAfterFailure
        guard isRefuted else { return }
        failures += 1
        if failures >= Self.failuresMax {
            (status, proof, nextCheckAt, event) = (.lost, nil, nil, "domain.lost")
        } else if failures == 1 {
            event = "domain.failing"
        }
    }
}
