import HTTPServer
import HTTPTypes

/// The page of an invoice: what is owed, and a form to pay it.
struct HostedInvoice {
    /// The stand-in.
    let world: World
    /// The invoice's id and its token, as the address has them.
    let name: String

    /// Shows the invoice, or takes a payment.
    func answer(_ request: Request) -> Response {
        guard let cut = name.lastIndex(of: "_"), let books = world.books(holding: String(name[..<cut])),
            let invoice = books.find("invoice", String(name[..<cut])),
            invoice.text("_token") == String(name[name.index(after: cut)...])
        else { return Page.html(.notFound, title: "No such page", body: "<p>This link leads nowhere.</p>") }
        guard request.method == .post, invoice.text("status") == "open" else { return page(invoice, error: nil) }
        guard let card = TestCard.of(number: Page.fields(of: request)["card"] ?? "") else {
            return page(invoice, error: PaymentMethods.incorrectNumber.message)
        }
        let refusal = HostedInvoice.pay(invoice, with: card, in: books, world: world)
        return page(books.find(invoice.id) ?? invoice, error: refusal?.message)
    }

    /// The client pays with a card, at the screen: no card has to ask its owner twice.
    static func pay(_ invoice: JSONObject, with card: TestCard, in books: Books, world: World) -> Refusal? {
        guard let account = world.accounts[books.account] else { return nil }
        let method = PaymentMethods.make(card, in: books)
        books.put(method)
        return Engine(books: books, account: account).attempt(
            invoice.id, method: method, isAutomatic: false, isOnSession: true)
    }

    private func page(_ invoice: JSONObject, error: String?) -> Response {
        let rows = invoice.objects("lines", "data").map {
            "<tr><td>\(Page.escape($0.text("description") ?? "Item"))</td><td>\($0.whole("amount") ?? 0)</td></tr>"
        }
        let currency = Page.escape((invoice.text("currency") ?? "").uppercased())
        let form = "<form method=\"post\">\(Page.cardFields)<button>Pay</button></form>\(Page.cards)"
        let isOpen = invoice.text("status") == "open"
        let complaint = error.map { "<p class=\"error\" role=\"alert\">\(Page.escape($0))</p>" } ?? ""
        return Page.html(
            error == nil ? .ok : .paymentRequired, title: "Invoice \(invoice.text("number") ?? "")",
            body: """
                \(complaint)<p>Status: <strong>\(Page.escape(invoice.text("status") ?? ""))</strong></p>
                <table>\(rows.joined(separator: "\n"))
                <tr><th>Due, in minor units of \(currency)</th><th>\(invoice.whole("amount_remaining") ?? 0)</th>\
                </tr></table>
                \(isOpen ? form : "")
                """)
    }
}
