import HTTPTypes

/// An invoice about to be drafted.
struct InvoiceDraft {
    /// Lines of subscription items.
    var lines: [InvoiceLine] = []
    /// The span invoice items are taken from.
    var period: (start: Int64, end: Int64)
    /// Whether invoice items waiting for the customer's next invoice come in.
    var takesPendingItems = false
    /// When it finalizes by itself; nil when somebody must do it.
    var finalizesAt: Int64?
    /// Further fields as they shall be.
    var fields: JSONObject = [:]
    private let books: Books
    private let account: Account
    private let customer: JSONObject
    private let subscription: JSONObject?
    private let reason: String
    private let now: Int64

    /// The invoice of a subscription.
    init(subscription: JSONObject, reason: String, books: Books, account: Account) {
        self.init(
            customer: books.find("customer", subscription.text("customer") ?? "") ?? [:], reason: reason, books: books,
            account: account, subscription: subscription)
    }

    /// An invoice of a customer.
    init(customer: JSONObject, reason: String, books: Books, account: Account, subscription: JSONObject? = nil) {
        self.books = books
        self.account = account
        self.customer = customer
        self.subscription = subscription
        self.reason = reason
        now = books.now(on: customer.text("test_clock"))
        period = (now, now)
    }

    /// Writes the draft into the books and tells that it was created.
    func write() -> JSONObject {
        var invoice = books.blank("invoice", prefix: "in", clock: customer.text("test_clock"))
        if customer.text("test_clock") == nil { invoice["test_clock"] = .null }
        invoice["account_country"] = account.document["country"] ?? .null
        invoice["account_name"] = account.document.value("business_profile", "name") ?? .null
        invoice["auto_advance"] = .bool(finalizesAt != nil)
        invoice["automatically_finalizes_at"] = .of(finalizesAt)
        invoice["billing_reason"] = .string(reason)
        invoice["customer"] = .string(customer.id)
        for name in ["address", "email", "name", "phone", "shipping", "tax_exempt"] {
            invoice["customer_" + name] = customer[name] ?? .null
        }
        invoice["customer_tax_ids"] = []
        invoice["hosted_invoice_url"] = .null
        invoice["invoice_pdf"] = .null
        invoice["issuer"] = ["type": "self"]
        invoice["lines"] = [
            "object": "list", "data": [], "has_more": false, "url": .string("/v1/invoices/\(invoice.id)/lines"),
        ]
        invoice["payment_settings"] = [
            "default_mandate": .null, "payment_method_options": .null, "payment_method_types": .null,
        ]
        invoice["period_start"] = .integer(period.start)
        invoice["period_end"] = .integer(period.end)
        invoice["status"] = "draft"
        // As at Stripe: the customer's, once it has one, else the account's.
        invoice["currency"] = .string(
            customer.text("currency") ?? account.document.text("default_currency") ?? "usd")
        if let subscription { describe(subscription, in: &invoice) }
        for (name, value) in fields { invoice[name] = value }
        var all = lines
        if takesPendingItems { all += takePendingItems(for: invoice) }
        InvoiceTotals.set(all.map(\.json), of: &invoice, in: books)
        books.insert(invoice, event: "invoice.created")
        return invoice
    }

    private func describe(_ subscription: JSONObject, in invoice: inout JSONObject) {
        invoice["_subscription"] = .string(subscription.id)
        invoice["currency"] = subscription["currency"] ?? "usd"
        invoice["collection_method"] = subscription["collection_method"] ?? "charge_automatically"
        invoice["description"] = subscription["description"] ?? .null
        invoice["discounts"] = subscription["discounts"] ?? []
        invoice.set("automatic_tax", "enabled", to: .bool(subscription.flag("automatic_tax", "enabled")))
        invoice["parent"] = [
            "quote_details": .null, "type": "subscription_details",
            "subscription_details": [
                "metadata": subscription["metadata"] ?? [:], "subscription": .string(subscription.id),
            ],
        ]
        if subscription.text("collection_method") == "send_invoice" {
            let days = subscription.whole("days_until_due") ?? 30
            invoice["due_date"] = .integer(now + days * 86_400)
        }
    }

    private func takePendingItems(for invoice: JSONObject) -> [InvoiceLine] {
        books.all("invoiceitem").reversed()
            .filter {
                $0.text("customer") == customer.id && $0.value("invoice") == nil
                    && $0.text("currency") == invoice.text("currency")
                    && (subscription == nil
                        || [nil, subscription?.id].contains(
                            $0.text("parent", "subscription_details", "subscription")))
            }
            .map { item in
                books.update(item.id, event: nil) { $0["invoice"] = .string(invoice.id) }
                return InvoiceLine.of(invoiceItem: item)
            }
    }
}
