import HTTPTypes

/// The taxes of one invoice: what its customer's address, the account's registrations and the prices make of it.
struct TaxReckoning {
    /// One line's tax.
    struct Part {
        /// Tax in minor units; negative on a credit.
        let amount: Int64
        /// What it was reckoned on, without the tax itself.
        let taxable: Int64
        /// Whether the line's amount holds the tax.
        let isInclusive: Bool
        /// Stripe's word for why it is so much.
        let reason: String
        /// The rate's id; nil where nothing is collected.
        let rate: String?

        /// The tax as lines and invoices show it.
        var json: JSON {
            [
                "amount": .integer(amount), "tax_behavior": isInclusive ? "inclusive" : "exclusive",
                "tax_rate_details": rate.map { ["tax_rate": .string($0)] } ?? .null,
                "taxability_reason": .string(reason), "taxable_amount": .integer(taxable),
                "type": "tax_rate_details",
            ]
        }
    }

    private let books: Books
    private let percent: DecimalAmount
    private let reason: String
    private let place: String
    private let defaultBehavior: String

    /// The reckoning for a customer; nil when its place is unknown, so that nothing can be reckoned.
    init?(customer: JSONObject, in books: Books) {
        guard CustomerTax.isLocated(customer), let address = customer.object("address") else { return nil }
        self.books = books
        place = ([address.text("country") ?? ""] + [TaxTable.state(of: address)].compactMap(\.self))
            .joined(separator: "_").lowercased()
        defaultBehavior = TaxSettings.of(books).text("defaults", "tax_behavior") ?? "exclusive"
        let full = TaxTable.percent(at: address)
        switch customer.text("tax_exempt") {
        case "exempt": (percent, reason) = (.zero, "customer_exempt")
        case "reverse": (percent, reason) = (.zero, "reverse_charge")
        default:
            let isCollected = TaxRegistrations.cover(address, in: books)
            percent = isCollected ? full : .zero
            reason = !isCollected ? "not_collecting" : full == .zero ? "not_subject_to_tax" : "standard_rated"
        }
    }

    /// The tax of a line whose amount after discounts is given.
    func part(of line: JSONObject, net: Int64, currency: String) -> Part {
        let isInclusive = behavior(of: line, currency: currency) == "inclusive"
        let step = Int128(Currency.step(of: currency))
        let hundred = DecimalAmount(100).scaled
        let divisor = isInclusive ? hundred + percent.scaled : hundred
        let product = Int128(net) * percent.scaled
        // Halves away from zero, once a line.
        let half = divisor * step / 2
        let tax = Int64((product >= 0 ? product + half : product - half) / (divisor * step)) * Int64(step)
        return Part(
            amount: tax, taxable: isInclusive ? net - tax : net, isInclusive: isInclusive, reason: reason,
            rate: percent == .zero ? nil : "txr_\(place)_\(isInclusive ? "inclusive" : "exclusive")")
    }

    private func behavior(of line: JSONObject, currency: String) -> String {
        let price = line.text("pricing", "price_details", "price").flatMap { books.find("price", $0) }
        for own in [line.text("_tax_behavior"), price?.text("tax_behavior")] {
            if let own, own != "unspecified" { return own }
        }
        guard defaultBehavior == "inferred_by_currency" else { return defaultBehavior }
        return ["usd", "cad"].contains(currency) ? "exclusive" : "inclusive"
    }
}
