import HTTPTypes

/// The sums of an invoice: lines, discounts, taxes, the customer's credit.
enum InvoiceTotals {
    /// Sets the lines of a draft and reckons everything anew.
    static func set(_ lines: [JSONObject], of invoice: inout JSONObject, in books: Books) {
        let discounts = invoice.list("discounts").compactMap { $0.stringValue.flatMap { books.find("discount", $0) } }
        let split = DiscountSplit(discounts, over: lines, in: books)
        let subtotal = lines.reduce(0) { $0 + ($1.whole("subtotal") ?? 0) }
        let reckoning = reckoning(of: &invoice, in: books)
        let currency = invoice.text("currency") ?? "usd"
        var parts: [TaxReckoning.Part] = []
        var inclusiveBefore: Int64 = 0
        let written = zip(lines, split.shares).map { line, shares -> JSON in
            var line = line
            line["invoice"] = .string(invoice.id)
            line["livemode"] = .bool(books.isLive)
            line["discount_amounts"] = DiscountSplit.amounts(shares)
            line["taxes"] = []
            if let reckoning {
                let gross = line.whole("subtotal") ?? 0
                let part = reckoning.part(
                    of: line, net: gross - shares.reduce(0) { $0 + $1.amount }, currency: currency)
                if part.isInclusive {
                    inclusiveBefore += reckoning.part(of: line, net: gross, currency: currency).amount
                }
                line["taxes"] = [part.json]
                parts.append(part)
            }
            return .object(line)
        }
        let exclusive = parts.filter { !$0.isInclusive }.reduce(0) { $0 + $1.amount }
        let inclusive = parts.filter(\.isInclusive).reduce(0) { $0 + $1.amount }
        let total = subtotal - split.taken.reduce(0) { $0 + $1.amount } + exclusive
        invoice.set("lines", "data", to: .array(written))
        invoice["subtotal"] = .integer(subtotal)
        invoice["subtotal_excluding_tax"] = .integer(subtotal - inclusiveBefore)
        invoice["total"] = .integer(total)
        invoice["total_excluding_tax"] = .integer(total - exclusive - inclusive)
        invoice["total_discount_amounts"] = DiscountSplit.amounts(split.taken)
        invoice["total_pretax_credit_amounts"] = DiscountSplit.pretax(split.taken)
        invoice["total_taxes"] = totals(parts)
        owe(&invoice, in: books)
    }

    /// How the invoice is taxed; nil when it is not, or its customer's place is unknown.
    private static func reckoning(of invoice: inout JSONObject, in books: Books) -> TaxReckoning? {
        guard invoice.flag("automatic_tax", "enabled") else { return nil }
        let customer = books.find("customer", invoice.text("customer") ?? "")
        let reckoning = customer.flatMap { TaxReckoning(customer: $0, in: books) }
        invoice.set("automatic_tax", "status", to: reckoning == nil ? "requires_location_inputs" : "complete")
        invoice.set("automatic_tax", "liability", to: ["type": "self"])
        invoice.set("automatic_tax", "provider", to: "stripe")
        return reckoning
    }

    /// Taxes of the same kind added up, in the order they first appear.
    private static func totals(_ parts: [TaxReckoning.Part]) -> JSON {
        var sums: [TaxReckoning.Part] = []
        for part in parts {
            let place = sums.firstIndex {
                $0.rate == part.rate && $0.isInclusive == part.isInclusive && $0.reason == part.reason
            }
            guard let place else {
                sums.append(part)
                continue
            }
            sums[place] = TaxReckoning.Part(
                amount: sums[place].amount + part.amount, taxable: sums[place].taxable + part.taxable,
                isInclusive: part.isInclusive, reason: part.reason, rate: part.rate)
        }
        return .array(sums.map(\.json))
    }

    /// What is due: the total less the customer's credit, never below nothing.
    private static func owe(_ invoice: inout JSONObject, in books: Books) {
        let total = invoice.whole("total") ?? 0
        let customer = books.find("customer", invoice.text("customer") ?? "")
        let balance = customer?.whole("balance") ?? 0
        let due = max(0, total + balance)
        invoice["starting_balance"] = .integer(balance)
        invoice["amount_due"] = .integer(due)
        invoice["amount_remaining"] = .integer(due)
        invoice["amount_paid"] = 0
    }
}
