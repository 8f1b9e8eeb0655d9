import HTTPTypes

/// Where an account is registered to collect tax: elsewhere it collects none.
enum TaxRegistrations {
    static let operations = [
        Operation("GET /v1/tax/registrations", "tax_settings", list),
        Operation("POST /v1/tax/registrations", "tax_settings", create),
        Operation("GET /v1/tax/registrations/{id}", "tax_settings", retrieve),
        Operation("POST /v1/tax/registrations/{id}", "tax_settings", update),
    ]

    private static let kind = "tax.registration"

    /// Whether tax is collected at an address.
    static func cover(_ address: JSONObject, in books: Books) -> Bool {
        let country = address.text("country") ?? ""
        let now = books.world.now
        return books.all(kind).contains { registration in
            guard (registration.whole("active_from") ?? 0) <= now, (registration.whole("expires_at") ?? .max) > now
            else { return false }
            let home = registration.text("country") ?? ""
            let options = registration.object("country_options", home.lowercased()) ?? [:]
            if options.text("type") == "oss_union" || options.text("type") == "oss_non_union" {
                return TaxTable.union.contains(country)
            }
            guard home == country else { return false }
            if country == "US" { return options.text("state") == TaxTable.state(of: address) }
            return true
        }
    }

    private static func list(_ call: Call) -> Answer {
        let all = call.books.all(kind).map { shown($0, at: call.world.now) }
        let status = call.params.text("status") ?? "all"
        return .list(all.filter { status == "all" || $0.text("status") == status })
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(shown(try call.books.require(kind, call.id, noun: "tax registration"), at: call.world.now))
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        let params = call.params
        let country = (params.text("country") ?? "").uppercased()
        guard params.object("country_options", country.lowercased()) != nil else {
            throw .missing("country_options[\(country.lowercased())]")
        }
        var registration = call.books.blank(kind, prefix: "taxreg")
        registration["country"] = .string(country)
        registration["country_options"] = params["country_options"] ?? [:]
        registration["active_from"] = .integer(try moment(params["active_from"], call, at: "active_from"))
        registration["expires_at"] = .null
        if let expires = params["expires_at"] {
            registration["expires_at"] = .integer(try moment(expires, call, at: "expires_at"))
        }
        let isTwice = call.books.all(kind).contains {
            $0["country_options"] == registration["country_options"] && $0.text("country") == country
                && ($0.whole("expires_at") ?? .max) > call.world.now
        }
        guard !isTwice else {
            throw .invalid("There is already an active registration for \(country).", param: "country")
        }
        call.books.put(registration)
        return .object(shown(registration, at: call.world.now))
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require(kind, call.id, noun: "tax registration")
        var after = found
        if let from = call.params["active_from"] {
            after["active_from"] = .integer(try moment(from, call, at: "active_from"))
        }
        if let expires = call.params["expires_at"] {
            after["expires_at"] =
                expires.stringValue == "" ? .null : .integer(try moment(expires, call, at: "expires_at"))
        }
        call.books.put(after)
        return .object(shown(after, at: call.world.now))
    }

    private static func moment(_ given: JSON?, _ call: Call, at param: String) throws(Refusal) -> Int64 {
        if given?.stringValue == "now" { return call.world.now }
        guard let moment = given?.integerValue else { throw .invalid("Invalid timestamp", param: param) }
        return moment
    }

    private static func shown(_ registration: JSONObject, at now: Int64) -> JSONObject {
        var shown = registration
        let isEnded = (registration.whole("expires_at") ?? .max) <= now
        let isBegun = (registration.whole("active_from") ?? 0) <= now
        shown["status"] = isEnded ? "expired" : isBegun ? "active" : "scheduled"
        return shown
    }
}
