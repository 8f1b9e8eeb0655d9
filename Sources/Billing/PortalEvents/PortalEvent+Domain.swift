extension PortalEvent {
    /// What the portal is told of a domain: `domain.verified`, `domain.failing`, `domain.lost`. The names in it are
    /// letters, digits, dots and words: nothing has to be escaped.
    public static func domain(_ domain: BrandDomain, _ verdict: DomainVerdict) -> PortalEvent? {
        guard let type = verdict.event else { return nil }
        let reason = verdict.reason.map { #","reason":"\#($0)""# } ?? ""
        let body = #"{"domain":"\#(domain.domain)","status":"\#(verdict.status.rawValue)"\#(reason)}"#
        return PortalEvent(type: type, subject: domain.id.text, body: body)
    }
}
