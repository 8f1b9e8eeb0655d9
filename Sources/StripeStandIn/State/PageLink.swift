/// A link into a page: account onboarding or a hosted invoice.
struct PageLink: Sendable {
    /// The account the page is about.
    let account: String
    /// The mode the link was made in.
    let isLive: Bool
    /// Where a browser goes when the link is used up.
    let refreshURL: String
    /// Where a browser goes at the end.
    let returnURL: String
    /// Seconds since 1970 when the link ends.
    let expires: Int64
    /// Whether the page was opened; a link opens once.
    var isUsed = false
}
