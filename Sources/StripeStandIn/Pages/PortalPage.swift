import HTTPServer
import HTTPTypes

/// The customer portal: invoices, and another card.
struct PortalPage {
    /// The stand-in.
    let world: World
    /// The session's id.
    let session: String

    /// Stripe's links into the portal live about so long.
    private static let seconds: Int64 = 3_600

    /// Shows the portal, or takes a card.
    func answer(_ request: Request) -> Response {
        guard let books = world.books(holding: session), let found = books.find(PortalSessions.kind, session),
            let customer = books.find("customer", found.text("customer") ?? ""),
            (found.whole("created") ?? 0) + Self.seconds > world.now
        else { return Page.html(.notFound, title: "This link has expired", body: "<p>Ask for a new one.</p>") }
        guard request.method == .post else { return page(found, customer, books, error: nil) }
        guard let card = TestCard.of(number: Page.fields(of: request)["card"] ?? "") else {
            return page(found, customer, books, error: PaymentMethods.incorrectNumber.message)
        }
        let intent = SetupIntents.make(customer: customer.id, usage: "off_session", metadata: nil, in: books)
        books.insert(intent, event: "setup_intent.created")
        let method = PaymentMethods.make(card, in: books)
        if case .declined(let refusal) = SetupIntents.confirm(intent.id, with: method, authenticated: true, in: books) {
            return page(found, customer, books, error: refusal.message)
        }
        books.update(customer.id, event: "customer.updated") {
            $0.set("invoice_settings", "default_payment_method", to: .string(method.id))
        }
        let next = found.text("flow", "after_completion", "redirect", "return_url") ?? found.text("return_url")
        return next.map { Page.redirect($0) } ?? page(found, customer, books, error: nil)
    }

    private func page(_ found: JSONObject, _ customer: JSONObject, _ books: Books, error: String?) -> Response {
        let rows = books.all("invoice").filter { $0.text("customer") == customer.id }.prefix(24).map {
            "<tr><td>\(Page.escape($0.text("number") ?? "draft"))</td><td>\(Page.escape($0.text("status") ?? ""))</td>"
                + "<td>\($0.whole("total") ?? 0)</td></tr>"
        }
        let back = found.text("return_url").map { "<p><a href=\"\(Page.escape($0))\">Back</a></p>" } ?? ""
        let complaint = error.map { "<p class=\"error\" role=\"alert\">\(Page.escape($0))</p>" } ?? ""
        return Page.html(
            error == nil ? .ok : .paymentRequired, title: "Billing of \(customer.text("name") ?? customer.id)",
            body: """
                \(complaint)<table>\(rows.joined(separator: "\n"))</table>
                <form method="post">\(Page.cardFields)<button>Save card</button></form>\(back)\(Page.cards)
                """)
    }
}
