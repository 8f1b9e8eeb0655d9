import HTTPServer
import HTTPTypes

/// Checkout in setup mode: a form for a card, and a question when the card asks its owner.
struct CheckoutPage {
    /// The stand-in.
    let world: World
    /// The session's id.
    let session: String

    /// Shows the form, or takes it.
    func answer(_ request: Request) -> Response {
        guard let books = world.books(holding: session), let found = books.find("checkout.session", session) else {
            return Page.html(.notFound, title: "No such page", body: "<p>This link leads nowhere.</p>")
        }
        switch found.text("status") {
        case "complete":
            return Page.html(.gone, title: "You're all done here", body: "<p>This card was saved already.</p>")
        case "expired":
            return Page.html(.gone, title: "This link has expired", body: "<p>Ask for a new one.</p>")
        default: break
        }
        if request.method == .get { return form(found, error: nil) }
        return take(Page.fields(of: request), found, books)
    }

    private func take(_ fields: [String: String], _ found: JSONObject, _ books: Books) -> Response {
        guard let card = TestCard.of(number: fields["card"] ?? "") else {
            return form(found, error: PaymentMethods.incorrectNumber.message)
        }
        let outcome = CheckoutSessions.complete(
            session, method: PaymentMethods.make(card, in: books),
            authenticated: fields["authenticated"].map { $0 == "yes" },
            in: books)
        switch outcome {
        case .succeeded:
            let url = (found.text("success_url") ?? "/").split(
                separator: "{CHECKOUT_SESSION_ID}", omittingEmptySubsequences: false
            )
            .joined(separator: session)
            return Page.redirect(url)
        case .asksOwner: return question(card)
        case .declined(let refusal): return form(found, error: refusal.message)
        }
    }

    private func form(_ found: JSONObject, error: String?) -> Response {
        let complaint = error.map { "<p class=\"error\" role=\"alert\">\(Page.escape($0))</p>" } ?? ""
        let back = found.text("cancel_url").map { "<p><a href=\"\(Page.escape($0))\">Back</a></p>" } ?? ""
        return Page.html(
            error == nil ? .ok : .paymentRequired, title: "Save a card",
            body: """
                \(complaint)
                <form method="post">\(Page.cardFields)<button type="submit">Save card</button></form>
                \(back)\(Page.cards)
                """)
    }

    private func question(_ card: TestCard) -> Response {
        let hidden = "<input type=\"hidden\" name=\"card\" value=\"\(card.number)\">"
        return Page.html(
            title: "3D Secure",
            body: """
                <p>The bank asks: is it you who saves the card ending in \(card.last4)?</p>
                <form method="post">\(hidden)<input type="hidden" name="authenticated" value="yes">\
                <button>Complete</button></form>
                <form method="post">\(hidden)<input type="hidden" name="authenticated" value="no">\
                <button>Fail</button></form>
                """)
    }
}
