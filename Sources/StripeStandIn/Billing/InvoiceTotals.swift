import HTTPTypes

/// The sums of an invoice: lines, discounts, the customer's credit.
enum InvoiceTotals {
    /// Sets the lines of a draft and reckons everything anew.
    static func set(_ lines: [JSONObject], of invoice: inout JSONObject, in books: Books) {
        let discounts = invoice.list("discounts").compactMap { $0.stringValue.flatMap { books.find("discount", $0) } }
        var taken: [(id: String, amount: Int64)] = []
        var left = lines.map { $0.flag("discountable") ? max(0, $0.whole("subtotal") ?? 0) : 0 }
        var shares = [[(id: String, amount: Int64)]](repeating: [], count: lines.count)
        for discount in discounts {
            guard let coupon = discount.text("source", "coupon").flatMap({ books.find("coupon", $0) }) else { continue }
            let parts = split(coupon, over: left)
            for (index, part) in parts.enumerated() where part > 0 {
                left[index] -= part
                shares[index].append((discount.id, part))
            }
            taken.append((discount.id, parts.reduce(0, +)))
        }
        let subtotal = lines.reduce(0) { $0 + ($1.whole("subtotal") ?? 0) }
        let total = subtotal - taken.reduce(0) { $0 + $1.amount }
        let written = zip(lines, shares).map { line, shares -> JSON in
            var line = line
            line["invoice"] = .string(invoice.id)
            line["livemode"] = .bool(books.isLive)
            line["discount_amounts"] = amounts(shares)
            return .object(line)
        }
        invoice.set("lines", "data", to: .array(written))
        invoice["subtotal"] = .integer(subtotal)
        invoice["subtotal_excluding_tax"] = .integer(subtotal)
        invoice["total"] = .integer(total)
        invoice["total_excluding_tax"] = .integer(total)
        invoice["total_discount_amounts"] = amounts(taken)
        invoice["total_pretax_credit_amounts"] = []
        invoice["total_taxes"] = []
        owe(&invoice, in: books)
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
        if invoice.flag("automatic_tax", "enabled") {
            let isKnown = customer.map { CustomerTax.status(of: $0) == "supported" } ?? false
            invoice.set("automatic_tax", "status", to: isKnown ? "complete" : "requires_location_inputs")
            invoice.set("automatic_tax", "liability", to: ["type": "self"])
            invoice.set("automatic_tax", "provider", to: "stripe")
        }
    }

    private static func split(_ coupon: JSONObject, over amounts: [Int64]) -> [Int64] {
        if let percent = percent(of: coupon) {
            return amounts.map { min($0, DecimalAmount(scaled: percent.scaled * Int128($0) / 100).rounded) }
        }
        var left = coupon.whole("amount_off") ?? 0
        return amounts.map { amount in
            let part = min(left, amount)
            left -= part
            return part
        }
    }

    private static func percent(of coupon: JSONObject) -> DecimalAmount? {
        switch coupon.value("percent_off") {
        case .integer(let whole): DecimalAmount(whole)
        case .decimal(let text): DecimalAmount(text)
        default: nil
        }
    }

    private static func amounts(_ list: [(id: String, amount: Int64)]) -> JSON {
        .array(list.map { ["amount": .integer($0.amount), "discount": .string($0.id)] })
    }
}
