import HTTPTypes

/// Whether a customer's address suffices to reckon tax.
enum CustomerTax {
    /// `supported`, `unrecognized_location` or `not_collecting`.
    static func status(of customer: JSONObject) -> String {
        guard let country = customer.text("address", "country"), !country.isEmpty else {
            return "unrecognized_location"
        }
        let postal = customer.text("address", "postal_code") ?? ""
        switch country {
        case "US":
            let digits = postal.filter { $0.isNumber }
            return postal.count >= 5 && (digits.count == 5 || digits.count == 9) ? "supported" : "unrecognized_location"
        case "CA":
            return postal.isEmpty && (customer.text("address", "state") ?? "").isEmpty
                ? "unrecognized_location" : "supported"
        default: return "supported"
        }
    }

    /// Refuses automatic tax for a customer whose place is unknown.
    static func requireLocation(_ customer: JSONObject, param: String = "automatic_tax[enabled]") throws(Refusal) {
        guard status(of: customer) == "supported" else {
            throw .invalid(
                "The customer's location isn't recognized. Set a valid customer address in order to automatically "
                    + "calculate tax.", param: param, code: "customer_tax_location_invalid")
        }
    }
}
