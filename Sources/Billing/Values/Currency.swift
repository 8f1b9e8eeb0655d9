/// A currency Stripe charges in, with the rules that decide what its smallest amount is.
///
/// Sources: https://docs.stripe.com/currencies (zero-decimal, three-decimal and special-case lists).
public struct Currency: Hashable, Sendable {
    /// Three lower-case letters, as Stripe writes them.
    public let code: String

    /// Reads a code in any case; nil for a currency Stripe does not charge in.
    public init?(_ text: String) {
        let code = text.lowercased()
        guard Self.known.contains(code) else { return nil }
        self.code = code
    }

    /// How many digits stand after the point in the major unit, as Stripe counts them: 0, 2 or 3.
    public var exponent: Int {
        if Self.zeroDecimal.contains(code) { return 0 }
        return Self.threeDecimal.contains(code) ? 3 : 2
    }

    /// What every amount must be a multiple of: three-decimal amounts end in 0, ISK and UGX have no fraction although
    /// they are sent with two digits.
    public var step: Int64 {
        if Self.threeDecimal.contains(code) { return 10 }
        return Self.twoDigitsWithoutFraction.contains(code) ? 100 : 1
    }

    /// Those whose smallest unit is the currency itself: 500 means ¥500.
    static let zeroDecimal: Set<String> = [
        "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf",
    ]
    /// Sent in thousandths, of which the last must be 0.
    static let threeDecimal: Set<String> = ["bhd", "jod", "kwd", "omr", "tnd"]
    /// Sent in hundredths that must be 00, kept so by Stripe for backwards compatibility.
    static let twoDigitsWithoutFraction: Set<String> = ["isk", "ugx"]
    static let twoDecimal: Set<String> = [
        "aed", "afn", "all", "amd", "ang", "aoa", "ars", "aud", "awg", "azn", "bam", "bbd", "bdt", "bgn", "bmd", "bnd",
        "bob", "brl", "bsd", "bwp", "byn", "bzd", "cad", "cdf", "chf", "cny", "cop", "crc", "cve", "czk", "dkk", "dop",
        "dzd", "egp", "etb", "eur", "fjd", "fkp", "gbp", "gel", "gip", "gmd", "gtq", "gyd", "hkd", "hnl", "htg", "huf",
        "idr", "ils", "inr", "jmd", "kes", "kgs", "khr", "kyd", "kzt", "lak", "lbp", "lkr", "lrd", "lsl", "mad", "mdl",
        "mkd", "mmk", "mnt", "mop", "mur", "mvr", "mwk", "mxn", "myr", "mzn", "nad", "ngn", "nio", "nok", "npr", "nzd",
        "pab", "pen", "pgk", "php", "pkr", "pln", "qar", "ron", "rsd", "rub", "sar", "sbd", "scr", "sek", "sgd", "shp",
        "sle", "sos", "srd", "std", "szl", "thb", "tjs", "top", "try", "ttd", "twd", "tzs", "uah", "usd", "uyu", "uzs",
        "wst", "xcd", "xcg", "yer", "zar", "zmw",
    ]
    /// Every currency of the tables above.
    public static let known = twoDecimal.union(zeroDecimal).union(threeDecimal).union(twoDigitsWithoutFraction)
}
