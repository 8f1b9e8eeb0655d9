import HTTPServer
import HTTPTypes

/// Checkout: what is bought, a form for a card, and a question when the card asks its owner.
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
            return Page.html(.gone, title: "You're all done here", body: "<p>This was done already.</p>")
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
            address: Self.address(of: fields), in: books)
        switch outcome {
        case .succeeded:
            let url = (found.text("success_url") ?? "/").split(
                separator: "{CHECKOUT_SESSION_ID}", omittingEmptySubsequences: false
            )
            .joined(separator: session)
            return Page.redirect(url)
        case .asksOwner: return question(card, fields)
        case .declined(let refusal): return form(found, error: refusal.message)
        }
    }

    private func form(_ found: JSONObject, error: String?) -> Response {
        let complaint = error.map { "<p class=\"error\" role=\"alert\">\(Page.escape($0))</p>" } ?? ""
        let back = found.text("cancel_url").map { "<p><a href=\"\(Page.escape($0))\">Back</a></p>" } ?? ""
        let isSetup = found.text("mode") == "setup"
        let title = isSetup ? "Save a card" : found.text("mode") == "subscription" ? "Subscribe" : "Pay"
        let asksAddress = found.flag("automatic_tax", "enabled")
        return Page.html(
            error == nil ? .ok : .paymentRequired, title: title,
            body: """
                \(complaint)\(isSetup ? "" : bill(found))
                <form method="post">\(Page.cardFields)\(asksAddress ? Self.addressFields : "")\
                <button type="submit">\(isSetup ? "Save card" : title)</button></form>
                \(back)\(Page.cards)
                """)
    }

    private func bill(_ found: JSONObject) -> String {
        let rows = found.objects("+line_items", "data").map {
            "<tr><td>\($0.whole("quantity") ?? 1) × \(Page.escape($0.text("description") ?? "Item"))</td>"
                + "<td>\($0.whole("amount_total") ?? 0)</td></tr>"
        }
        let currency = Page.escape((found.text("currency") ?? "").uppercased())
        return "<table>\(rows.joined(separator: "\n"))<tr><th>Total, in minor units of \(currency)</th>"
            + "<th>\(found.whole("amount_total") ?? 0)</th></tr></table>"
    }

    private static let addressFields = """
        <label for="country">Country (two letters)</label><input id="country" name="country">
        <label for="postal_code">Postal code</label><input id="postal_code" name="postal_code">
        """

    private static func address(of fields: [String: String]) -> JSON? {
        guard let country = fields["country"], !country.isEmpty else { return nil }
        let postal = fields["postal_code"].flatMap { $0.isEmpty ? nil : $0 }
        return ["country": .string(country.uppercased()), "postal_code": .of(postal)]
    }

    private func question(_ card: TestCard, _ fields: [String: String]) -> Response {
        var hidden = "<input type=\"hidden\" name=\"card\" value=\"\(card.number)\">"
        for name in ["country", "postal_code"] {
            guard let value = fields[name] else { continue }
            hidden += "<input type=\"hidden\" name=\"\(name)\" value=\"\(Page.escape(value))\">"
        }
        return Page.html(
            title: "3D Secure",
            body: """
                <p>The bank asks: is it you who uses the card ending in \(card.last4)?</p>
                <form method="post">\(hidden)<input type="hidden" name="authenticated" value="yes">\
                <button>Complete</button></form>
                <form method="post">\(hidden)<input type="hidden" name="authenticated" value="no">\
                <button>Fail</button></form>
                """)
    }
}
