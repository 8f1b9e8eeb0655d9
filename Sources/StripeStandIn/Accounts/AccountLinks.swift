import HTTPTypes

/// `POST /v1/account_links`: a link into onboarding that opens once and ends after minutes.
enum AccountLinks {
    static let operations = [Operation("POST /v1/account_links", "account_link", create)]

    /// Stripe says "a few minutes".
    static let seconds: Int64 = 300

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        guard let id = call.params.text("account"), let account = call.world.accounts[id],
            account.platform == call.account.id
        else {
            throw .invalid(
                "The account '\(call.params.text("account") ?? "")' is not connected to your platform "
                    + "or does not exist.",
                param: "account", code: "account_invalid")
        }
        if call.params.text("type") == "account_update" {
            throw .invalid(
                "You cannot create `account_update` type Account Links for this account. Valid types are: "
                    + "`account_onboarding`.", param: "type")
        }
        for param in ["refresh_url", "return_url"] {
            guard let url = call.params.text(param) else { throw .missing(param) }
            guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
                throw .invalid("Not a valid URL", param: param, code: "url_invalid")
            }
            if call.books.isLive, !url.hasPrefix("https://") {
                throw .invalid("Livemode requests must always be redirected via HTTPS.", param: param)
            }
        }
        let token = Identifier.random(32)
        let expires = call.world.now + seconds
        if call.world.links.count > 1_000 {
            call.world.links = call.world.links.filter { $0.value.expires > call.world.now }
        }
        call.world.links[token] = PageLink(
            account: id, isLive: call.books.isLive, refreshURL: call.params.text("refresh_url") ?? "",
            returnURL: call.params.text("return_url") ?? "", expires: expires)
        var link = call.world.schema.blank("account_link")
        link["created"] = .integer(call.world.now)
        link["expires_at"] = .integer(expires)
        link["url"] = .string("\(call.world.policy.publicURL)/connect/onboarding/\(token)")
        return .object(link)
    }
}
