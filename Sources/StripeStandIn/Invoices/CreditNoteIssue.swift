import HTTPTypes

/// One credit note being issued.
struct CreditNoteIssue {
    private let call: Call
    private let params: JSONObject
    private let books: Books

    init(_ call: Call) {
        self.call = call
        params = call.params
        books = call.books
    }

    /// Issues it: before the payment the invoice asks for less, after it the money goes where the call says.
    func perform() throws(Refusal) -> JSONObject {
        for name in ["refunds", "shipping_cost", "effective_at"] where params[name] != nil {
            throw .unsupported("\(name) of a credit note", param: name)
        }
        let invoice = try books.require("invoice", params.text("invoice") ?? "", param: "invoice")
        guard ["open", "paid"].contains(invoice.text("status")) else {
            throw .invalid(
                "You can only create credit notes for open or paid invoices. This invoice is "
                    + "\(invoice.text("status") ?? "").", param: "invoice")
        }
        let lines = try self.lines(of: invoice)
        let total = lines.reduce(0) { $0 + $1.amount + $1.exclusiveTax }
        let before = books.all("credit_note")
            .filter { $0.text("invoice") == invoice.id && $0.text("status") == "issued" }
        let credited = before.reduce(0) { $0 + ($1.whole("total") ?? 0) }
        let isOpen = invoice.text("status") == "open"
        let most = isOpen ? invoice.whole("amount_remaining") ?? 0 : (invoice.whole("total") ?? 0) - credited
        guard total > 0, total <= most else {
            throw .invalid(
                "The total amount of the credit note (\(total)) must be more than zero and at most the amount that can "
                    + "still be credited (\(most)).", param: params["lines"] == nil ? "amount" : "lines")
        }
        var note = blank(invoice, number: before.count + 1)
        write(lines, total: total, into: &note)
        note["type"] = isOpen ? "pre_payment" : "post_payment"
        note["pre_payment_amount"] = .integer(isOpen ? total : 0)
        note["post_payment_amount"] = .integer(isOpen ? 0 : total)
        if isOpen {
            Self.reduce(invoice, by: total, in: books)
        } else {
            try giveBack(total, of: invoice, into: &note)
        }
        books.insert(note, event: "credit_note.created")
        if isOpen, books.find(invoice.id)?.whole("amount_remaining") == 0 {
            Engine(books: books, account: call.account).markPaid(invoice.id, outOfBand: false)
        }
        return note
    }

    private func blank(_ invoice: JSONObject, number: Int) -> JSONObject {
        let clock = invoice.text("test_clock")
        var note = books.blank("credit_note", prefix: "cn", clock: clock)
        note.remove("test_clock")
        note["currency"] = invoice["currency"]
        note["customer"] = invoice["customer"]
        note["effective_at"] = note["created"]
        note["invoice"] = .string(invoice.id)
        note["memo"] = .of(params.text("memo"))
        note["reason"] = .of(params.text("reason"))
        note["metadata"] = .object(Metadata.merged(nil, with: params["metadata"]))
        let digits = String(number)
        note["number"] = .string(
            "\(invoice.text("number") ?? "")-CN-" + String(repeating: "0", count: max(0, 2 - digits.count)) + digits)
        note["pdf"] = .string("\(books.world.policy.publicURL)/credit_note/\(note.id)/pdf")
        note["status"] = "issued"
        return note
    }

    // MARK: Lines

    private struct Line {
        var json: JSONObject
        /// What is credited, with inclusive taxes.
        var amount: Int64
        /// Taxes on top.
        var exclusiveTax: Int64 = 0
        /// Taxes inside.
        var inclusiveTax: Int64 = 0
    }

    private func lines(of invoice: JSONObject) throws(Refusal) -> [Line] {
        if params["amount"] != nil, params["lines"] != nil { throw .exclusive("amount", "lines") }
        let given = params.objects("lines")
        if given.isEmpty {
            guard let amount = params.whole("amount") else { throw .missing("amount") }
            return [custom("Credit", amount: amount, quantity: 1, invoice)]
        }
        var lines: [Line] = []
        for (index, given) in given.enumerated() {
            let at = "lines[\(index)]"
            guard given.text("type") == "invoice_line_item" else {
                let quantity = given.whole("quantity") ?? 1
                let unit = given.whole("unit_amount") ?? 0
                lines.append(
                    custom(given.text("description") ?? "", amount: unit * quantity, quantity: quantity, invoice))
                continue
            }
            let id = given.text("invoice_line_item") ?? ""
            guard let line = invoice.objects("lines", "data").first(where: { $0.id == id }) else {
                throw .noSuch("invoice line item", id, param: "\(at)[invoice_line_item]")
            }
            lines.append(try part(of: line, given: given, at: at, invoice))
        }
        return lines
    }

    private func custom(_ description: String, amount: Int64, quantity: Int64, _ invoice: JSONObject) -> Line {
        var line = Line(json: [:], amount: amount)
        line.json = json(line, description: .string(description), quantity: quantity, type: "custom_line_item")
        return line
    }

    private func part(
        of line: JSONObject, given: JSONObject, at param: String, _ invoice: JSONObject
    ) throws(Refusal) -> Line {
        let discount = line.objects("discount_amounts").reduce(0) { $0 + ($1.whole("amount") ?? 0) }
        let whole = (line.whole("subtotal") ?? 0) - discount
        let quantity = line.whole("quantity") ?? 1
        var amount = given.whole("amount") ?? whole
        if given["amount"] == nil, let some = given.whole("quantity"), quantity > 0 {
            amount = PriceMath.share(of: whole, seconds: some, outOf: quantity)
        }
        guard amount > 0, amount <= whole else {
            throw .invalid(
                "The amount of a credit note line must be more than zero and at most that of its invoice line.",
                param: "\(param)[amount]")
        }
        var part = Line(json: [:], amount: amount)
        var taxes: [JSON] = []
        for tax in line.objects("taxes") {
            var tax = tax
            let share = PriceMath.share(of: tax.whole("amount") ?? 0, seconds: amount, outOf: whole)
            tax["amount"] = .integer(share)
            tax["taxable_amount"] = .integer(
                PriceMath.share(of: tax.whole("taxable_amount") ?? 0, seconds: amount, outOf: whole))
            if tax.text("tax_behavior") == "inclusive" {
                part.inclusiveTax += share
            } else {
                part.exclusiveTax += share
            }
            taxes.append(.object(tax))
        }
        part.json = json(
            part, description: line["description"] ?? .null, quantity: given.whole("quantity") ?? quantity,
            type: "invoice_line_item")
        part.json["invoice_line_item"] = .string(line.id)
        part.json["taxes"] = .array(taxes)
        return part
    }

    private func json(_ line: Line, description: JSON, quantity: Int64, type: String) -> JSONObject {
        [
            "id": .string(Identifier.make("cnli")), "object": "credit_note_line_item",
            "amount": .integer(line.amount), "description": description, "discount_amount": 0, "discount_amounts": [],
            "livemode": .bool(books.isLive), "metadata": [:], "pretax_credit_amounts": [],
            "quantity": .integer(quantity), "tax_rates": [], "taxes": [], "type": .string(type), "unit_amount": .null,
            "unit_amount_decimal": .null,
        ]
    }

    private func write(_ lines: [Line], total: Int64, into note: inout JSONObject) {
        let amount = lines.reduce(0) { $0 + $1.amount }
        let inclusive = lines.reduce(0) { $0 + $1.inclusiveTax }
        note["amount"] = .integer(total)
        note["total"] = .integer(total)
        note["subtotal"] = .integer(amount)
        note["subtotal_excluding_tax"] = .integer(amount - inclusive)
        note["total_excluding_tax"] = .integer(amount - inclusive)
        note["total_taxes"] = .array(lines.flatMap { $0.json.list("taxes") })
        note["lines"] = [
            "object": "list", "data": .array(lines.map { .object($0.json) }), "has_more": false,
            "url": .string("/v1/credit_notes/\(note.id)/lines"),
        ]
    }

    // MARK: Money

    /// An open invoice asks for less (or for more again, when a credit note is voided).
    static func reduce(_ invoice: JSONObject, by amount: Int64, in books: Books) {
        let changed = books.update(invoice.id, event: "invoice.updated") { invoice in
            for name in ["amount_due", "amount_remaining"] {
                invoice[name] = .integer((invoice.whole(name) ?? 0) - amount)
            }
            invoice["pre_payment_credit_notes_amount"] = .integer(
                (invoice.whole("pre_payment_credit_notes_amount") ?? 0) + amount)
        }
        if let intent = invoice.text("_payment_intent"), books.find(intent) != nil {
            books.update(intent, event: nil) { $0["amount"] = changed["amount_remaining"] ?? 0 }
        }
    }

    private func giveBack(_ total: Int64, of invoice: JSONObject, into note: inout JSONObject) throws(Refusal) {
        let refund = params.whole("refund_amount") ?? 0
        let outside = params.whole("out_of_band_amount") ?? 0
        let isSaid = ["refund_amount", "credit_amount", "out_of_band_amount"].contains { params[$0] != nil }
        let credit = params.whole("credit_amount") ?? (isSaid ? 0 : total)
        guard refund + credit + outside == total else {
            throw .invalid(
                "The sum of credit_amount, refund_amount and out_of_band_amount (\(refund + credit + outside)) must "
                    + "equal the post payment amount (\(total)).", param: "refund_amount")
        }
        if refund > 0 {
            guard let intent = invoice.text("_payment_intent") else {
                throw .invalid("The invoice has no payment to refund.", param: "refund_amount")
            }
            let call = call.acting(on: [], with: ["payment_intent": .string(intent), "amount": .integer(refund)])
            let made = try Refunds.make(call)
            note["refunds"] = [
                [
                    "amount_refunded": .integer(refund), "payment_record_refund": .null, "refund": .string(made.id),
                    "type": "refund",
                ]
            ]
        }
        if credit > 0, let customer = invoice.text("customer") {
            let entry = CustomerBalance.add(
                -credit, to: customer, type: "credit_note",
                ["credit_note": .string(note.id), "invoice": .string(invoice.id)], in: books)
            note["customer_balance_transaction"] = .string(entry.id)
        }
        note["out_of_band_amount"] = params["out_of_band_amount"] ?? .null
        books.update(invoice.id, event: "invoice.updated") { invoice in
            invoice["post_payment_credit_notes_amount"] = .integer(
                (invoice.whole("post_payment_credit_notes_amount") ?? 0) + total)
        }
    }
}
