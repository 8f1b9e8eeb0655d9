/// A country in which Stripe opens connected accounts (C3). Two capital letters, ISO 3166.
public struct CountryCode: Hashable, Sendable {
    /// Two capital letters.
    public let code: String

    /// Reads a code in any case; nil for a country Stripe does not serve.
    public init?(_ text: String) {
        let code = text.uppercased()
        guard Self.served.contains(code) else { return nil }
        self.code = code
    }

    /// https://stripe.com/global; the account's own answer (`country_unsupported`) stays the last word.
    static let served: Set<String> = [
        "AE", "AT", "AU", "BE", "BG", "BR", "CA", "CH", "CI", "CR", "CY", "CZ", "DE", "DK", "DO", "EE", "ES", "FI",
        "FR",
        "GB", "GH", "GI", "GR", "GT", "HK", "HR", "HU", "ID", "IE", "IN", "IS", "IT", "JP", "KE", "LI", "LT", "LU",
        "LV",
        "MT", "MX", "MY", "NG", "NL", "NO", "NZ", "PE", "PH", "PL", "PT", "PY", "RO", "SE", "SG", "SI", "SK", "SN",
        "TH",
        "TT", "TZ", "US", "UY", "ZA",
    ]
}

/// A country of an address, anywhere in the world: two letters, checked for form only.
public struct AddressCountry: Hashable, Sendable {
    /// Two capital letters.
    public let code: String

    /// Reads a code in any case; nil for anything but two ASCII letters.
    public init?(_ text: String) {
        let code = text.uppercased()
        guard code.utf8.count == 2, code.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else { return nil }
        self.code = code
    }
}
