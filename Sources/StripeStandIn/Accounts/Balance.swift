import HTTPTypes

/// `GET /v1/balance`: the sum of charges less refunds, and the mode of the key.
enum Balance {
    static let operations = [Operation("GET /v1/balance", "balance", retrieve)]

    private static func retrieve(_ call: Call) -> Answer {
        let currency = call.account.document.text("default_currency") ?? "usd"
        var sums: [String: Int64] = [currency: 0]
        for charge in call.books.all("charge") where charge.flag("paid") {
            sums[charge.text("currency") ?? currency, default: 0] +=
                (charge.whole("amount_captured") ?? 0) - (charge.whole("amount_refunded") ?? 0)
        }
        let available = sums.sorted { $0.key < $1.key }.map { currency, amount -> JSON in
            ["amount": .integer(amount), "currency": .string(currency), "source_types": ["card": .integer(amount)]]
        }
        var balance = call.world.schema.blank("balance")
        balance["livemode"] = .bool(call.books.isLive)
        balance["available"] = .array(available)
        balance["pending"] = [["amount": 0, "currency": .string(currency), "source_types": ["card": 0]]]
        return .object(balance)
    }
}
