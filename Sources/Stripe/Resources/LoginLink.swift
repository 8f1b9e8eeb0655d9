/// A door into an Express account's own dashboard; single use. Source: https://docs.stripe.com/api/accounts/login_link
public struct LoginLink: Decodable, Sendable {
    /// Where to send the browser.
    public let url: String
}

extension StripeCall where Answer == LoginLink {
    /// A fresh link; only for accounts with the Express dashboard.
    public static func createLoginLink(account: String) -> Self { post("/v1/accounts/\(segment(account))/login_links") }
}
