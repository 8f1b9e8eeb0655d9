/// A door into Stripe's onboarding form: single use, open for minutes, therefore never stored or mailed (F21).
///
/// Source: https://docs.stripe.com/api/account_links
public struct AccountLink: Decodable, Sendable {
    /// Where to send the browser.
    public let url: String
    /// Unix seconds.
    public let expiresAt: Int64
}

extension StripeCall where Answer == AccountLink {
    /// A fresh link.
    ///
    /// - Parameters:
    ///   - refreshURL: where Stripe sends the browser when the link was used or is too old; must make a new one.
    ///   - returnURL: where it sends the browser afterwards; says nothing about success.
    public static func createAccountLink(account: String, refreshURL: String, returnURL: String) -> Self {
        post(
            "/v1/account_links",
            [
                "account": account, "type": "account_onboarding", "refresh_url": refreshURL, "return_url": returnURL,
                "collection_options[fields]": "eventually_due",
            ])
    }
}
