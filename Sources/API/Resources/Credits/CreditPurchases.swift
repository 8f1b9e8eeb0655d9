import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/credit_purchases`: clients buy credits (L14), by the version they were quoted (V14).
enum CreditPurchases {
    /// Newest first; `client` and `status` narrow it.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "client", "status")
        let page = try call.page(query, of: CreditPurchase.self)
        let client = try call.queryID(query, "client", of: Client.self)
        let status = try call.queryWord(query, "status", CreditPurchase.Status.self)
        let rows = try await call.read { tx in
            try tx.run(ListCreditPurchases(page, client: client, status: status))
        }
        let (purchases, hasMore) = page.cut(rows)
        return call.listed(purchases.map(json), hasMore: hasMore)
    }

    /// One.
    static func show(_ call: Call) async throws -> Response {
        let id: CreditPurchase.ID = try call.id("credit_purchase")
        return try await call.read { tx in .json(.ok, try answer(id, tx)) }
    }

    /// Buys what was quoted: charges the card on file, or opens a page on Stripe where the client pays.
    static func create(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let quote = fields.required("quote", .id(of: CreditQuote.self))
        let method = fields.optional("method", FieldKind<CreditPurchase.Method>.word)
        let success = fields.optional("success_url", .url)
        let cancel = fields.optional("cancel_url", .url)
        try fields.finish()
        let quoteID = try quote()
        return try await call.write { actor, tx in
            guard let quote = try tx.first(FindCreditQuote(quoteID)) else {
                throw Problem.notFound("credit_quote", param: "quote")
            }
            guard let client = try tx.first(FindClientForUpdate(quote.client)), client.accessState != .closed else {
                throw Problem(.clientClosed, "The client is closed.")
            }
            // After the client's lock: two buyers of one quote come one after the other.
            if let bought = try tx.first(FindPurchaseOfQuote(quote.id)) {
                throw Problem(.creditQuoteUsed, "This quote was bought by \(bought.text).", param: "quote")
            }
            guard !quote.isExpired else {
                throw Problem(.creditQuoteExpired, "The quote's half hour is over: make a new one.", param: "quote")
            }
            try PaymentProcessors.requireConnection(tx)
            let way = method ?? (client.card == nil ? .page : .card)
            try check(way, client, success)
            let id = CreditPurchase.ID.new(at: actor.now)
            tx.send(InsertCreditPurchase(id, of: quote.id, .portal, way, successURL: success, cancelURL: cancel))
            audit(
                actor, tx, "credits.buy", id.text,
                after: [
                    "client": .string(client.id.text), "amount": .string(quote.amount.text),
                    "credits": .string(quote.credits.text), "version": .number(quote.version),
                ])
            let receipt = try tx.enqueue(
                BuyCredits(purchase: id, client: client.id), waited: actor.isWaiting,
                target: ("credit_purchase", id.rawValue))
            return .accepted(receipt, kind: BuyCredits.kind, target: ("credit_purchase", id.text))
        }
    }

    /// Gives money back, all that is left unless told otherwise; its share of the credits goes with it.
    static func refund(_ call: Call) async throws -> Response {
        let id: CreditPurchase.ID = try call.id("credit_purchase")
        var fields = try call.fields()
        let amount = fields.optional("amount", .integer(1...Money.amountMax))
        let reason = fields.optional("reason", FieldKind<CreditRefund.Reason>.word)
        try fields.finish()
        return try await call.write { actor, tx in
            guard let found = try tx.first(FindCreditPurchase(id)) else { throw Problem.notFound("credit_purchase") }
            _ = try tx.first(LockAccess(found.client))
            let purchase = try tx.one(FindCreditPurchase(id))
            guard purchase.status == .paid else {
                throw Problem(.creditPurchaseNotPaid, "Only what was paid can be given back.")
            }
            try PaymentProcessors.requireConnection(tx)
            let given = try tx.run(ListRefundsOfPurchase(id)).filter { $0.status.counts || $0.status == .preparing }
                .reduce(0) { $0 + $1.amount }
            let left = purchase.amount.amount - given
            guard left > 0, (amount ?? left) <= left else {
                throw Problem(
                    .refundAboveRemainder, "There are \(left) minor units left to give back.", param: "amount")
            }
            if let amount { try checkStep(amount, purchase.amount.currency) }
            let refund = CreditRefund.ID.new(at: actor.now)
            tx.send(InsertCreditRefund(refund, of: purchase, amount ?? left, reason: reason?.rawValue))
            audit(
                actor, tx, "credits.refund", id.text,
                after: ["refund": .string(refund.text), "amount": .integer(amount ?? left)])
            let receipt = try tx.enqueue(
                RefundCredits(refund: refund, client: purchase.client), waited: actor.isWaiting,
                target: ("credit_refund", refund.rawValue))
            return .accepted(receipt, kind: RefundCredits.kind, target: ("credit_refund", refund.text))
        }
    }

    /// Where a page leads that names no page of the portal's.
    static func thank(_ call: Call) async throws -> Response {
        .text(.ok, "Thank you. Your credits are added as soon as the payment is confirmed; you can close this page.\n")
    }

    /// The resource as it stands.
    static func answer(_ id: CreditPurchase.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let purchase = try tx.first(FindCreditPurchase(id)) else { throw Problem.notFound("credit_purchase") }
        guard case .object(var body) = json(purchase) else { return .null }
        body["refunds"] = .array(try tx.run(ListRefundsOfPurchase(id)).map(json))
        return .object(body)
    }

    /// A refund as it stands.
    static func answer(refund id: CreditRefund.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let refund = try tx.first(FindCreditRefund(id)) else { throw Problem.notFound("credit_refund") }
        return json(refund)
    }

    private static func check(_ way: CreditPurchase.Method, _ client: Client, _ success: String?) throws {
        switch way {
        case .card where client.card == nil:
            throw Problem(
                .noPaymentMethod, "The client has no card on file. Have it add one, or use method page.",
                param: "method")
        case .page where success == nil:
            throw Problem(
                .invalidCombination, "The client pays on a page: say where it leads when it is done.",
                param: "success_url")
        default: break
        }
    }

    private static func checkStep(_ amount: Int64, _ currency: Currency) throws {
        guard (try? Money(amount, currency)) != nil else {
            throw Problem(
                .amountNotChargeable, "Amounts in \(currency.code) are multiples of \(currency.step) minor units.",
                param: "amount")
        }
    }

    private static func json(_ purchase: CreditPurchase) -> JSON {
        let code = JSON.string(purchase.amount.currency.code)
        return .object([
            "object": "credit_purchase", "id": .string(purchase.id.text), "client": .string(purchase.client.text),
            "quote": .string(purchase.quote.text), "pricing": .string(purchase.pricing.text),
            "version": .number(purchase.version), "amount": .integer(purchase.amount.amount), "currency": code,
            "credits": .string(purchase.credits.text), "credits_micro": .integer(purchase.credits.micro),
            "text": .string("\(purchase.amount.tag) = \(purchase.item)"),
            "origin": .string(purchase.origin.rawValue), "method": .string(purchase.method.rawValue),
            "status": .string(purchase.status.rawValue), "url": .text(purchase.url),
            "expires_at": .time(purchase.expiresAt), "amount_refunded": .integer(purchase.amountRefunded),
            "problem": .stored(purchase.problem), "stripe_id": .text(purchase.stripePaymentIntent),
            "paid_at": .time(purchase.paidAt), "created": .time(purchase.createdAt),
            "updated": .time(purchase.updatedAt),
        ])
    }

    private static func json(_ refund: CreditRefund) -> JSON {
        .object([
            "object": "credit_refund", "id": .string(refund.id.text), "purchase": .string(refund.purchase.text),
            "client": .string(refund.client.text), "amount": .integer(refund.amount),
            "currency": .string(refund.currency), "credits": .string(refund.credits.text),
            "reason": .text(refund.reason), "origin": .string(refund.origin),
            "status": .string(refund.status.rawValue), "stripe_id": .text(refund.stripeRefund),
            "problem": .stored(refund.problem), "created": .time(refund.createdAt),
        ])
    }
}
