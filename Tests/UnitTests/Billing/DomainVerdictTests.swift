import Daemon
import Foundation
import Testing

@testable import Billing

/// What a look at a domain's record comes to.
@Suite struct DomainVerdictTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private let week = Self.now + .seconds(7 * 86_400)
    private let day = Self.now + .seconds(86_400)

    private func domain(
        _ status: BrandDomain.Status, _ proof: BrandDomain.Proof? = nil, failures: Int = 0, next: Timestamp? = nil
    ) -> BrandDomain {
        BrandDomain(
            id: .new(at: Self.now), domain: "portal.example.com", token: "0a", status: status, proof: proof,
            failures: failures, nextCheckAt: next, createdAt: Self.now)
    }

    private func judge(
        _ domain: BrandDomain, _ finding: DomainFinding, isFree: Bool = true, isScheduled: Bool = false
    ) -> DomainVerdict {
        DomainVerdict(domain, finding, isFree: isFree, isScheduled: isScheduled, at: Self.now)
    }

    @Test(arguments: [BrandDomain.Status.pending, .lost])
    func `the value makes it verified, for a week`(status: BrandDomain.Status) {
        let verdict = judge(domain(status), .proven)
        #expect(verdict.status == .verified && verdict.proof == .dns && verdict.event == "domain.verified")
        #expect(verdict.nextCheckAt == week && verdict.reason == nil && verdict.problem == nil)
        let again = judge(domain(.verified, .dns, failures: 2, next: day), .proven, isScheduled: true)
        #expect(again.event == nil && again.failures == 0 && again.nextCheckAt == week)
    }

    @Test func `another agency's stays another agency's`() {
        let verdict = judge(domain(.pending), .proven, isFree: false)
        #expect(verdict.status == .pending && verdict.reason == "taken" && verdict.event == nil)
        #expect(verdict.nextCheckAt == nil && verdict.problem?.contains("Another agency") == true)
    }

    @Test(arguments: [
        (DomainFinding.noSuchName, "no_such_name"), (.noRecord, "no_record"), (.otherValue(["v=spf1"]), "other_value"),
        (.timedOut, "timed_out"), (.unanswered("DNS server returned general failure"), "unanswered"),
    ]) func `a pending one stays pending, and says why`(finding: DomainFinding, reason: String) {
        let verdict = judge(domain(.pending), finding)
        #expect(verdict.status == .pending && verdict.reason == reason && verdict.event == nil)
        #expect(verdict.problem?.contains("_tollgate-challenge.portal.example.com") == true)
        #expect(verdict.nextCheckAt == nil && verdict.failures == 0)
    }

    @Test func `three looks in a row without proof lose it; it is looked for daily meanwhile`() {
        let first = judge(domain(.verified, .dns, next: Self.now), .noRecord, isScheduled: true)
        #expect(first.status == .verified && first.failures == 1 && first.event == "domain.failing")
        #expect(first.nextCheckAt == day)
        let second = judge(domain(.verified, .dns, failures: 1, next: Self.now), .noSuchName, isScheduled: true)
        #expect(second.status == .verified && second.failures == 2 && second.event == nil)
        let third = judge(domain(.verified, .dns, failures: 2, next: Self.now), .otherValue(["x"]), isScheduled: true)
        #expect(third.status == .lost && third.proof == nil && third.event == "domain.lost")
        #expect(third.nextCheckAt == nil && third.reason == "other_value")
    }

    @Test(arguments: [DomainFinding.timedOut, .unanswered("refused")])
    func `silence takes nobody's domain away`(finding: DomainFinding) {
        let verdict = judge(domain(.verified, .dns, failures: 2, next: Self.now), finding, isScheduled: true)
        #expect(verdict.status == .verified && verdict.failures == 2 && verdict.event == nil)
        #expect(verdict.nextCheckAt == day)
    }

    @Test func `asking by hand counts no failure, and the operator's word stands`() {
        let asked = judge(domain(.verified, .dns, failures: 2, next: week), .noRecord)
        #expect(asked.status == .verified && asked.failures == 2 && asked.nextCheckAt == week && asked.event == nil)
        let confirmed = judge(domain(.verified, .operator), .noSuchName)
        #expect(confirmed.status == .verified && confirmed.proof == .operator && confirmed.nextCheckAt == nil)
    }

    @Test func `any of the records may hold the value, and what strangers wrote is shown with care`() {
        let value = "tollgate-domain=0a"
        #expect(DomainFinding(["v=spf1 -all", " \(value) "], expecting: value) == .proven)
        #expect(DomainFinding([value + "b"], expecting: value) == .otherValue([value + "b"]))
        let shown = DomainFinding(["a\u{1B}[31m\n", String(repeating: "x", count: 300), "c", "d"], expecting: value)
            .problem(at: "n")
        #expect(
            shown == "The TXT record of n holds “a?[31m?”, “\(String(repeating: "x", count: 80))…”, “c”, … instead.")
    }
}
