import HTTPTypes

/// `GET` and `POST /v1/tax/settings`: whether Stripe Tax has what it needs.
enum TaxSettings {
    static let operations = [
        Operation("GET /v1/tax/settings", "tax_settings", retrieve),
        Operation("POST /v1/tax/settings", "tax_settings", update),
    ]

    private static let id = "tax_settings"

    /// The settings of an account and mode; made on first sight, waiting for the head office.
    static func of(_ books: Books) -> JSONObject {
        if let found = books.find(id) { return found }
        var settings = books.world.schema.blank("tax.settings")
        settings["id"] = .string(id)
        settings["livemode"] = .bool(books.isLive)
        settings["defaults"] = ["provider": "stripe", "tax_behavior": .null, "tax_code": .null]
        settings["head_office"] = .null
        return judged(settings)
    }

    /// Whether taxes are reckoned.
    static func isActive(_ books: Books) -> Bool { of(books).text("status") == "active" }

    /// Refuses automatic tax while the settings wait for something.
    static func requireActive(_ books: Books, param: String = "automatic_tax[enabled]") throws(Refusal) {
        guard !isActive(books) else { return }
        throw .invalid(
            books.isLive
                ? "Stripe Tax has not been activated on your account. Please visit "
                    + "https://dashboard.stripe.com/settings/tax/activate to get started."
                : "You must have a valid head office address to enable automatic tax calculation in test mode. Visit "
                    + "https://dashboard.stripe.com/test/settings/tax to update it.",
            param: param, code: "stripe_tax_inactive")
    }

    private static func retrieve(_ call: Call) -> Answer { answer(of(call.books)) }

    private static func update(_ call: Call) throws(Refusal) -> Answer {
        var settings = of(call.books)
        for name in ["tax_behavior", "tax_code"] {
            if let value = call.params.value("defaults", name) { settings.set("defaults", name, to: value) }
        }
        if let code = call.params.text("defaults", "tax_code"), !code.hasPrefix("txcd_") {
            throw .invalid("No such tax code: '\(code)'", param: "defaults[tax_code]", code: "resource_missing")
        }
        if let address = call.params.object("head_office", "address") {
            guard let country = address.text("country"), country.utf8.count == 2 else {
                throw .missing("head_office[address][country]")
            }
            settings["head_office"] = ["address": .object(address)]
        }
        let after = judged(settings)
        let before = of(call.books)
        call.books.put(after)
        if after != before {
            call.books.emit(
                "tax.settings.updated", shown(after), previous: Books.differences(from: before, to: after))
        }
        return answer(after)
    }

    /// The settings with the status that follows from them.
    private static func judged(_ settings: JSONObject) -> JSONObject {
        var settings = settings
        var missing: [JSON] = []
        if settings.value("defaults", "tax_code") == nil, settings.value("defaults", "tax_behavior") == nil {
            missing.append("defaults.tax_code")
        }
        if settings.value("head_office", "address", "country") == nil { missing.append("head_office") }
        settings["status"] = missing.isEmpty ? "active" : "pending"
        settings["status_details"] =
            missing.isEmpty ? ["active": [:]] : ["pending": ["missing_fields": .array(missing)]]
        return settings
    }

    private static func shown(_ settings: JSONObject) -> JSONObject {
        var shown = settings
        shown.remove("id")
        return shown
    }

    private static func answer(_ settings: JSONObject) -> Answer { .object(shown(settings)) }
}
