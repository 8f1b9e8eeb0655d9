/// Stripe's currencies, as far as their minor units differ.
enum Currency {
    /// The codes the stand-in takes; another is "Invalid currency".
    static let known: Set<String> = Set(
        """
        usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad
        cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl
        htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd
        mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd
        rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd
        vuv wst xaf xcd xof xpf yer zar zmw
        """.split { $0 == " " || $0 == "\n" }.map(String.init))

    /// The code in lower case, or Stripe's complaint.
    static func check(_ code: String, at param: String = "currency") throws(Refusal) -> String {
        let lower = code.lowercased()
        guard known.contains(lower) else {
            throw .invalid(
                "Invalid currency: \(code). Stripe currently supports these currencies: "
                    + known.sorted().joined(separator: ", "), param: param)
        }
        return lower
    }

    /// What every amount of the currency must be a multiple of: three-decimal currencies are charged to the second
    /// decimal, and the krona and the shilling, written with two, have none. (docs.stripe.com/currencies)
    static func step(of code: String) -> Int64 {
        switch code {
        case "bhd", "jod", "kwd", "omr", "tnd": 10
        case "isk", "ugx": 100
        default: 1
        }
    }

    /// Refuses an amount the currency has no coin for.
    static func check(_ amount: Int64, in code: String, at param: String) throws(Refusal) {
        let step = step(of: code)
        guard amount % step != 0 else { return }
        throw .invalid(
            "Invalid amount: amounts in \(code) must be evenly divisible by \(step).", param: param,
            code: "parameter_invalid_integer")
    }

    /// Decimal places of the currency's unit.
    static func places(of code: String) -> Int {
        switch code {
        case "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf": 0
        case "bhd", "jod", "kwd", "omr", "tnd": 3
        default: 2
        }
    }
}
