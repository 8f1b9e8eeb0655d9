import HTTPServer
import HTTPTypes

/// Where an intent that waits for the card's owner sends the browser: the bank's question.
struct AuthenticationPage {
    /// The stand-in.
    let world: World
    /// The intent's id: `pi_…` or `seti_…`.
    let intent: String

    /// Asks, or takes the answer.
    func answer(_ request: Request) -> Response {
        guard let books = world.books(holding: intent), let found = books.find(intent),
            found.text("status") == "requires_action",
            let method = found.text("payment_method").flatMap({ books.find($0) })
        else { return Page.html(.notFound, title: "No such page", body: "<p>There is nothing to confirm here.</p>") }
        guard request.method == .post else {
            return Page.html(
                title: "3D Secure",
                body: """
                    <p>The bank asks: is it you who pays with the card ending in \
                    \(Page.escape(method.text("card", "last4") ?? ""))?</p>
                    <form method="post"><button name="authenticated" value="yes">Complete</button>
                    <button name="authenticated" value="no">Fail</button></form>
                    """)
        }
        let word = Page.fields(of: request)["authenticated"] == "yes"
        if found.kind == "setup_intent" {
            _ = SetupIntents.confirm(intent, with: method, authenticated: word, in: books)
        } else {
            _ = Confirmation(books: books).confirm(intent, with: method, isOffSession: false, authenticated: word)
        }
        return Page.html(title: "Thank you", body: "<p>You may close this page.</p>")
    }
}
