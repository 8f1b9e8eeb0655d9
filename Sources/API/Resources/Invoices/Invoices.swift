import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/invoices`: one-time bills of ours, and mirrors of those that Stripe makes for subscriptions (seed 1H).
enum Invoices {
    /// Newest first; `client`, `subscription` and `status` narrow it.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "client", "subscription", "status")
        let page = try call.page(query, of: Invoice.self)
        let client = try call.queryID(query, "client", of: Client.self)
        let subscription = try call.queryID(query, "subscription", of: Subscription.self)
        let status = try call.queryWord(query, "status", Invoice.Status.self)
        let rows = try await call.read { tx in
            try tx.run(ListInvoices(page, client: client, subscription: subscription, status: status))
        }
        let (invoices, hasMore) = page.cut(rows)
        return call.listed(invoices.map(json), hasMore: hasMore)
    }

    /// One.
    static func show(_ call: Call) async throws -> Response {
        let id: Invoice.ID = try call.id("invoice")
        return try await call.read { tx in .json(.ok, try answer(id, tx)) }
    }

    /// Bills a one-time product (H2): charges the card on file (H3), or has Stripe mail a link (H4).
    static func create(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let client = fields.required("client", .id(of: Client.self))
        let price = fields.required("price", .id(of: Price.self))
        let quantity = fields.optional("quantity", .integer(1...1_000_000)) ?? 1
        let collection = fields.required("collection", FieldKind<Invoice.Collection>.word)
        let days = fields.optional("days_until_due", .integer(1...365))
        let metadata = fields.optional("metadata", .metadata) ?? "{}"
        if days != nil, (try? collection()) == .autoCharge {
            fields.refuse("days_until_due", .invalidField, "Only a request_payment has days_until_due.")
        }
        try fields.finish()
        let (clientID, priceID, way) = (try client(), try price(), try collection())
        return try await call.write { actor, tx in
            guard let client = try tx.first(FindClientForUpdate(clientID)) else {
                throw Problem.notFound("client", param: "client")
            }
            guard let price = try tx.first(FindPrice(priceID)) else {
                throw Problem.notFound("price", param: "price")
            }
            try check(client, price, way)
            try PaymentProcessors.requireConnection(tx)
            let wish = InvoiceWish(
                client: client.id, price: price.id, quantity: quantity, collection: way,
                daysUntilDue: way == .requestPayment ? Int(days ?? 30) : nil, total: try total(price, quantity),
                metadata: metadata)
            let id = Invoice.ID.new(at: actor.now)
            tx.send(InsertInvoice(id, wish))
            audit(
                actor, tx, "invoice.create", id.text,
                after: ["client": .string(client.id.text), "total": .string(wish.total.text)])
            let receipt = try tx.enqueue(
                IssueInvoice(invoice: id, client: client.id), waited: actor.isWaiting, target: ("invoice", id.rawValue))
            return .accepted(receipt, kind: IssueInvoice.kind, target: ("invoice", id.text))
        }
    }

    /// The resource as it stands.
    static func answer(_ id: Invoice.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let invoice = try tx.first(FindInvoice(id)), var body = json(invoice).objectValue else {
            throw Problem.notFound("invoice")
        }
        let corrections = try InvoiceActions.corrections(of: id, tx)
        body["refunds"] = corrections.refunds
        body["credit_notes"] = corrections.notes
        return .object(body)
    }

    private static func check(_ client: Client, _ price: Price, _ way: Invoice.Collection) throws {
        guard client.accessState != .closed else { throw Problem(.clientClosed, "The client is closed.") }
        guard price.isSold else { throw Problem(.priceInactive, "This price is no longer sold.", param: "price") }
        guard price.isOneTime else {
            throw Problem(.priceNotOneTime, "A recurring price is sold by a subscription.", param: "price")
        }
        switch way {
        case .autoCharge where client.card == nil:
            throw Problem(
                .noPaymentMethod,
                "The client has no card on file. Have it add one (payment_setup), or use request_payment.",
                param: "collection")
        case .requestPayment where client.adminEmail.flatMap(EmailAddress.init) == nil:
            throw Problem(
                .clientAdminEmailMissing, "A request for payment is mailed: give the client a valid admin_email first.",
                param: "collection")
        default: break
        }
    }

    private static func total(_ price: Price, _ quantity: Int64) throws -> Money {
        guard let currency = Currency(price.currency) else {
            throw Problem(.amountNotChargeable, "Stripe does not charge in the price's currency.", param: "price")
        }
        guard let amount = price.unitAmount else {
            throw Problem(.amountNotChargeable, "An invoice needs a price with a whole amount.", param: "price")
        }
        do {
            return try Money(amount, currency).times(quantity)
        } catch {
            throw Problem(.amountNotChargeable, "The total is more than can be charged at once.", param: "quantity")
        }
    }

    private static func money(_ amount: Int64?, _ invoice: Invoice) -> JSON {
        amount.map { ["amount": .integer($0), "currency": .string(invoice.currency)] } ?? .null
    }

    private static func json(_ invoice: Invoice) -> JSON {
        .object([
            "object": "invoice", "id": .string(invoice.id.text), "client": .string(invoice.client.text),
            "subscription": .text(invoice.subscription?.text), "price": .text(invoice.price?.text),
            "quantity": .integer(invoice.quantity), "collection": .string(invoice.collection.rawValue),
            "days_until_due": .number(invoice.daysUntilDue), "status": .string(invoice.status.rawValue),
            "amount_due": ["amount": .integer(invoice.amountDue), "currency": .string(invoice.currency)],
            "amount_paid": ["amount": .integer(invoice.amountPaid), "currency": .string(invoice.currency)],
            "number": .text(invoice.number), "subtotal": money(invoice.subtotal, invoice),
            "discount_amount": money(invoice.discountAmount, invoice), "tax_amount": money(invoice.taxAmount, invoice),
            "total": money(invoice.total, invoice), "amount_remaining": money(invoice.amountRemaining, invoice),
            "amount_refunded": money(invoice.amountRefunded, invoice),
            "amount_credited": money(invoice.amountCredited, invoice),
            "tax_status": .text(invoice.taxStatus), "period_start": .time(invoice.periodStart),
            "period_end": .time(invoice.periodEnd), "lines": .stored(invoice.lines),
            "reason": .text(invoice.billingReason),
            "attempt_count": .number(invoice.attemptCount), "next_payment_attempt": .time(invoice.nextPaymentAttempt),
            "hosted_invoice_url": .text(invoice.hostedInvoiceURL), "pdf": .text(invoice.pdfURL),
            "due_at": .time(invoice.dueAt), "sent_at": .time(invoice.sentAt), "paid_at": .time(invoice.paidAt),
            "problem": .stored(invoice.problem), "stripe_id": .text(invoice.stripeInvoice),
            "metadata": .stored(invoice.metadata), "created": .time(invoice.createdAt),
            "updated": .time(invoice.updatedAt),
        ])
    }
}
