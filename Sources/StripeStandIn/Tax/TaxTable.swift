import HTTPTypes

/// The stand-in's own table of taxes: one percentage a place, the standard rate of all that is sold. It is fixed, so
/// that a test can say what comes out, and listed in deploy/stand-in.md.
enum TaxTable {
    /// Percent of the standard rate, by country; the countries with states have tables of their own.
    private static let countries: [String: String] = [
        "AT": "20", "BE": "21", "BG": "20", "CY": "19", "CZ": "21", "DE": "19", "DK": "25", "EE": "24", "ES": "21",
        "FI": "25.5", "FR": "20", "GR": "24", "HR": "25", "HU": "27", "IE": "23", "IT": "22", "LT": "21", "LU": "17",
        "LV": "21", "MT": "18", "NL": "21", "PL": "23", "PT": "23", "RO": "21", "SE": "25", "SI": "22", "SK": "23",
        "AU": "10", "CH": "8.1", "GB": "20", "IN": "18", "JP": "10", "NO": "25", "NZ": "15", "SG": "9",
    ]

    /// Members of the European Union: one registration in its one-stop shop covers them all.
    static let union: Set<String> = [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
        "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    ]

    /// Percent by state of the United States; the others tax nothing.
    private static let states: [String: String] = [
        "CA": "7.25", "FL": "6", "IL": "6.25", "NY": "8.875", "PA": "6", "TX": "8.25", "WA": "6.5",
    ]

    /// First and last ZIP code, of their first three digits, of the states that tax.
    private static let zips: [(state: String, first: Int, last: Int)] = [
        ("NY", 100, 149), ("PA", 150, 196), ("FL", 320, 349), ("IL", 600, 629), ("TX", 750, 799), ("CA", 900, 961),
        ("WA", 980, 994),
    ]

    /// Percent by province of Canada, federal and provincial together; the others take the federal 5.
    private static let provinces: [String: String] = [
        "BC": "12", "MB": "12", "NB": "15", "NL": "15", "NS": "14", "ON": "13", "PE": "15", "QC": "14.975", "SK": "11",
    ]

    /// First letters of Canadian postal codes.
    private static let postalLetters: [Character: String] = [
        "A": "NL", "B": "NS", "C": "PE", "E": "NB", "G": "QC", "H": "QC", "J": "QC", "K": "ON", "L": "ON", "M": "ON",
        "N": "ON", "P": "ON", "R": "MB", "S": "SK", "T": "AB", "V": "BC", "X": "NT", "Y": "YT",
    ]

    /// The state or province of an address, where taxes differ by it: the one it names, else that of its postal code.
    static func state(of address: JSONObject) -> String? {
        let country = address.text("country") ?? ""
        let postal = address.text("postal_code") ?? ""
        if let named = address.text("state"), named.count == 2, ["US", "CA"].contains(country) {
            return named.uppercased()
        }
        if country == "US", let prefix = Int(postal.prefix(3)) {
            return zips.first { ($0.first...$0.last).contains(prefix) }?.state
        }
        if country == "CA", let letter = postal.uppercased().first { return postalLetters[letter] }
        return nil
    }

    /// The percentage at an address; zero where nothing is taxed.
    static func percent(at address: JSONObject) -> DecimalAmount {
        let country = address.text("country") ?? ""
        let text =
            switch country {
            case "US": state(of: address).flatMap { states[$0] }
            case "CA": state(of: address).flatMap { provinces[$0] } ?? "5"
            default: countries[country]
            }
        return text.flatMap { DecimalAmount($0) } ?? .zero
    }
}
