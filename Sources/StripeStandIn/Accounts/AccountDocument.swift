import HTTPTypes

/// Account objects as Stripe answers them.
enum AccountDocument {
    /// The account behind a pasted key: ready to take money.
    static func own(_ id: String, world: World) -> JSONObject {
        var document = common(id, country: "US", email: "owner-\(id.suffix(6).lowercased())@example.com", world: world)
        document["business_profile"] = .object(profile(name: "Agency \(id.suffix(4))", url: nil))
        document["business_type"] = "company"
        document["charges_enabled"] = true
        document["payouts_enabled"] = true
        document["details_submitted"] = true
        document["capabilities"] = ["card_payments": "active", "transfers": "active"]
        document["controller"] = ["type": "account"]
        document["type"] = "standard"
        document["requirements"] = .object(requirements([]))
        return document
    }

    /// A connected account that was just created: everything is still to be told.
    static func connected(_ id: String, country: String, email: String?, world: World) -> JSONObject {
        var document = common(id, country: country, email: email, world: world)
        document["business_profile"] = .object(profile(name: nil, url: nil))
        document["business_type"] = .null
        document["charges_enabled"] = false
        document["payouts_enabled"] = false
        document["details_submitted"] = false
        document["capabilities"] = [:]
        document["requirements"] = .object(requirements(asked, disabledReason: "requirements.past_due"))
        return document
    }

    /// What Stripe asks of a new account.
    static let asked = [
        "business_profile.mcc", "business_profile.url", "business_type", "external_account", "representative.dob.day",
        "representative.dob.month", "representative.dob.year", "representative.email", "representative.first_name",
        "representative.last_name", "tos_acceptance.date", "tos_acceptance.ip",
    ]

    /// The `requirements` of an account that still owes these facts.
    static func requirements(
        _ due: [String], pastDue: [String]? = nil, pending: [String] = [], disabledReason: String? = nil,
        deadline: Int64? = nil
    ) -> JSONObject {
        let due = due.map(JSON.string)
        return [
            "alternatives": [], "current_deadline": .of(deadline), "currently_due": .array(due),
            "disabled_reason": .of(disabledReason), "errors": [], "eventually_due": .array(due),
            "past_due": .array(pastDue.map { $0.map(JSON.string) } ?? due),
            "pending_verification": .array(pending.map(JSON.string)),
        ]
    }

    /// The currency accounts of a country settle in.
    static func currency(of country: String) -> String {
        switch country {
        case "US": "usd"
        case "GB": "gbp"
        case "CH", "LI": "chf"
        case "CA": "cad"
        case "AU": "aud"
        case "NZ": "nzd"
        case "JP": "jpy"
        case "SG": "sgd"
        case "SE": "sek"
        case "DK": "dkk"
        case "NO": "nok"
        case "PL": "pln"
        case "CZ": "czk"
        case "HU": "huf"
        case "RO": "ron"
        case "BR": "brl"
        case "MX": "mxn"
        case "IN": "inr"
        case "HK": "hkd"
        case "AE": "aed"
        case "TH": "thb"
        case "MY": "myr"
        default: "eur"
        }
    }

    /// Countries in which an account can be.
    static let countries: Set<String> = [
        "AE", "AT", "AU", "BE", "BG", "BR", "CA", "CH", "CI", "CR", "CY", "CZ", "DE", "DK", "DO", "EE", "ES", "FI",
        "FR", "GB",
        "GI", "GR", "GT", "HK", "HR", "HU", "ID", "IE", "IN", "IT", "JP", "LI", "LT", "LU", "LV", "MT", "MX", "MY",
        "NL", "NO",
        "NZ", "PE", "PH", "PL", "PT", "PY", "RO", "SE", "SG", "SI", "SK", "SN", "TH", "TT", "US", "UY",
    ]

    private static func common(_ id: String, country: String, email: String?, world: World) -> JSONObject {
        var document = world.schema.blank("account")
        document["id"] = .string(id)
        document["country"] = .string(country)
        document["created"] = .integer(world.now)
        document["default_currency"] = .string(currency(of: country))
        document["email"] = .of(email)
        document["external_accounts"] = [
            "object": "list", "data": [], "has_more": false, "url": .string("/v1/accounts/\(id)/external_accounts"),
        ]
        document["future_requirements"] = .object(requirements([]))
        document["metadata"] = [:]
        document["settings"] = [
            "branding": ["icon": .null, "logo": .null, "primary_color": .null, "secondary_color": .null],
            "card_payments": [
                "decline_on": ["avs_failure": false, "cvc_failure": false], "statement_descriptor_prefix": .null,
            ],
            "dashboard": ["display_name": .null, "timezone": "Etc/UTC"],
            "payments": ["statement_descriptor": .null],
            "payouts": [
                "debit_negative_balances": true, "schedule": ["delay_days": 2, "interval": "daily"],
                "statement_descriptor": .null,
            ],
        ]
        document["tos_acceptance"] = ["date": .null, "ip": .null, "user_agent": .null]
        return document
    }

    /// A `business_profile`.
    static func profile(name: String?, url: String?) -> JSONObject {
        [
            "mcc": .null, "name": .of(name), "product_description": .null, "support_address": .null,
            "support_email": .null,
            "support_phone": .null, "support_url": .null, "url": .of(url),
        ]
    }
}
