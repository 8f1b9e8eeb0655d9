import HTTPTypes

/// The end of a session in subscription mode: the subscription begins with the card that was typed in.
struct CheckoutSubscription {
    /// The stand-in.
    let world: World
    /// The books of the session.
    let books: Books

    /// Saves the card, begins the subscription and pays its first invoice at the screen.
    func complete(_ id: String, _ typed: CheckoutPayment.Typed) -> SetupIntents.Outcome {
        guard let session = books.find(id), let account = world.accounts[books.account] else { return .succeeded }
        let card = PaymentMethods.card(of: typed.method)
        let asks = card?.atSetup == .asksOwner || card?.atCharge == .asksOwner
        if asks, typed.authenticated == nil { return .asksOwner }
        if asks, typed.authenticated == false { return .declined(Self.unauthenticated) }
        // Nothing is begun with a card that will not pay.
        if let refusal = Self.refusal(card) { return .declined(refusal) }
        guard
            let customer = CheckoutPurchase.customer(of: session, isNeeded: true, address: typed.address, in: books)
        else { return .succeeded }
        PaymentMethods.attach(typed.method, to: customer, in: books)
        do {
            let subscription = try begin(session, customer: customer, method: typed.method.id, account: account)
            settle(subscription, session: id, method: typed.method, account: account)
        } catch {
            return .declined(error)
        }
        let total = books.find(id)?.whole("amount_total") ?? 0
        CheckoutPurchase.finish(
            id, customer: customer, paymentStatus: total > 0 ? "paid" : "no_payment_required", address: typed.address,
            in: books)
        return .succeeded
    }

    private func begin(
        _ session: JSONObject, customer: String, method: String, account: Account
    ) throws(Refusal) -> JSONObject {
        let lines = CheckoutLines(of: session, in: books)
        var params = session.object("_subscription_data") ?? [:]
        params["customer"] = .string(customer)
        params["default_payment_method"] = .string(method)
        params["payment_behavior"] = "default_incomplete"
        params["items"] = .array(
            lines.lines.filter { $0.price.text("type") == "recurring" }.map { line in
                line.price.text("recurring", "usage_type") == "metered"
                    ? ["price": .string(line.price.id)]
                    : ["price": .string(line.price.id), "quantity": .integer(line.quantity)]
            })
        if session.flag("automatic_tax", "enabled") { params["automatic_tax"] = ["enabled": true] }
        let now = books.now(on: books.find("customer", customer)?.text("test_clock"))
        for line in lines.lines where line.price.text("type") == "one_time" {
            let item = CheckoutLines(of: ["_lines": [Self.kept(line)]], in: books)
                .items(customer: customer, invoice: nil, now: now)
            for item in item { books.put(item) }
        }
        // An inline price is inactive for everybody else.
        let inactive = lines.lines.map(\.price).filter { !$0.flag("active") }
        for price in inactive { books.update(price.id, event: nil) { $0["active"] = true } }
        defer { for price in inactive { books.update(price.id, event: nil) { $0["active"] = false } } }
        let owner = session.flag("_on_behalf") ? account.platform.map { world.account($0) } : nil
        let call = Call(
            world: world, account: account, caller: owner ?? account, books: books, params: params, path: [])
        return try SubscriptionCreation(call).perform()
    }

    private static func kept(_ line: CheckoutLines.Line) -> JSON {
        ["price": .string(line.price.id), "quantity": .integer(line.quantity), "metadata": line.metadata]
    }

    private func settle(_ subscription: JSONObject, session: String, method: JSONObject, account: Account) {
        let invoice = subscription.text("latest_invoice")
        if let invoice, books.find(invoice)?.text("status") == "open" {
            _ = Engine(books: books, account: account).attempt(
                invoice, method: method, isAutomatic: false, isOnSession: true)
        }
        let paid = invoice.flatMap { books.find($0) }
        books.update(session, event: nil) { session in
            session["subscription"] = .string(subscription.id)
            session["invoice"] = .of(invoice)
            session["amount_subtotal"] = paid?["subtotal"] ?? 0
            session["amount_total"] = paid?["total"] ?? 0
        }
    }

    private static func refusal(_ card: TestCard?) -> Refusal? {
        guard let card else { return nil }
        for behaviour in [card.atSetup, card.atCharge] where behaviour != .asksOwner {
            if let refusal = TestCard.refusal(for: behaviour) { return refusal }
        }
        return nil
    }

    private static let unauthenticated = Refusal(
        status: 402, type: "card_error", code: "payment_intent_authentication_failure",
        message: "We are unable to authenticate your payment method. Please choose a different payment method.")
}
