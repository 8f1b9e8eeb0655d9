import HTTPTypes

/// Whether a customer's address suffices to reckon tax.
enum CustomerTax {
    /// `supported`, `unrecognized_location` or `not_collecting`: what `tax.automatic_tax` of a customer says.
    static func status(of customer: JSONObject, in books: Books) -> String {
        guard isLocated(customer) else { return "unrecognized_location" }
        let address = customer.object("address") ?? [:]
        return TaxRegistrations.cover(address, in: books) ? "supported" : "not_collecting"
    }

    /// Whether tax can be reckoned at all: the country, in the United States with a ZIP code, in Canada with province
    /// or postal code. (docs.stripe.com/tax/customer-locations)
    static func isLocated(_ customer: JSONObject) -> Bool {
        guard let country = customer.text("address", "country"), country.utf8.count == 2 else { return false }
        let postal = customer.text("address", "postal_code") ?? ""
        switch country {
        case "US":
            let digits = postal.filter { $0.isNumber }
            return (digits.count == 5 || digits.count == 9) && postal.count <= 10 && digits.prefix(3) != "000"
        case "CA": return !postal.isEmpty || !(customer.text("address", "state") ?? "").isEmpty
        default: return true
        }
    }

    /// Refuses automatic tax where it cannot be: settings that wait, a customer whose place is unknown.
    static func requireLocation(
        _ customer: JSONObject, in books: Books, param: String = "automatic_tax[enabled]"
    ) throws(Refusal) {
        try TaxSettings.requireActive(books, param: param)
        guard isLocated(customer) else { throw unknownLocation(param) }
    }

    /// Stripe's complaint about an address.
    static func unknownLocation(_ param: String) -> Refusal {
        .invalid(
            "The customer's location isn't recognized. Set a valid customer address in order to automatically "
                + "calculate tax.", param: param, code: "customer_tax_location_invalid")
    }
}
