import HTTPServer
import HTTPTypes

/// Connect onboarding: the owner tells everything, or leaves.
struct OnboardingPage {
    /// The stand-in.
    let world: World
    /// The link's token.
    let token: String

    /// Shows the form once, or takes it.
    func answer(_ request: Request) -> Response {
        guard let link = world.links[token], let account = world.accounts[link.account] else {
            return Page.html(.notFound, title: "No such page", body: "<p>This link leads nowhere.</p>")
        }
        if request.method == .get {
            // A link that was opened, or grew old, sends the owner back for a new one.
            guard !link.isUsed, link.expires > world.now else { return Page.redirect(link.refreshURL) }
            world.links[token]?.isUsed = true
            return form(account)
        }
        guard link.isUsed else { return Page.redirect(link.refreshURL) }
        let outcome = Page.fields(of: request)["outcome"].flatMap(Onboarding.Outcome.init(rawValue:)) ?? .incomplete
        Onboarding.finish(account, outcome, isLive: link.isLive, world: world)
        world.links[token] = nil
        return Page.redirect(link.returnURL)
    }

    private func form(_ account: Account) -> Response {
        let choices: [(Onboarding.Outcome, String)] = [
            (.complete, "Submit everything"), (.incomplete, "Leave for now"),
            (.pending, "Submit; Stripe still checks"), (.noPayouts, "Submit without a bank account"),
            (.rejected, "Submit; Stripe refuses"),
        ]
        let buttons = choices.map { outcome, text in
            "<button name=\"outcome\" value=\"\(outcome.rawValue)\">\(Page.escape(text))</button>"
        }
        return Page.html(
            title: "Connect your account",
            body: """
                <p>Account \(Page.escape(account.id)), \(Page.escape(account.document.text("country") ?? "")),
                \(Page.escape(account.document.text("email") ?? "no e-mail")).</p>
                <form method="post">\(buttons.joined(separator: "\n"))</form>
                """)
    }
}
