import HTTPTypes

/// Prices in words, as the lines of an invoice say them.
enum PriceText {
    /// `3 × Voice (at $25.00 / month)`; of a tiered price only quantity and name.
    static func line(_ price: JSONObject, quantity: Int64, in books: Books) -> String {
        let name = books.find("product", price.text("product") ?? "")?.text("name") ?? "item"
        let start = "\(quantity) × \(name)"
        guard price.text("billing_scheme") != "tiered" else { return start }
        let unit = PriceMath.unit(price)
        var per = money(unit, price.text("currency") ?? "usd")
        if let interval = price.text("recurring", "interval") {
            let count = price.whole("recurring", "interval_count") ?? 1
            per += count == 1 ? " / \(interval)" : " every \(count) \(interval)s"
        }
        return "\(start) (at \(per))"
    }

    /// An amount of minor units with the currency's sign.
    static func money(_ amount: DecimalAmount, _ currency: String) -> String {
        let places = Currency.places(of: currency)
        let sign = ["usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"][currency] ?? currency.uppercased() + " "
        var whole = amount.text
        var fraction = ""
        if let dot = whole.firstIndex(of: ".") {
            fraction = String(whole[whole.index(after: dot)...])
            whole = String(whole[..<dot])
        }
        guard places > 0 else { return sign + whole + (fraction.isEmpty ? "" : "." + fraction) }
        let isNegative = whole.hasPrefix("-")
        if isNegative { whole.removeFirst() }
        while whole.count <= places { whole = "0" + whole }
        return (isNegative ? "-" : "") + sign + whole.dropLast(places) + "." + whole.suffix(places) + fraction
    }
}
