import HTTPTypes

/// `GET /v1/balance`: what came and went, available and pending, and the mode of the key.
enum Balance {
    static let operations = [Operation("GET /v1/balance", "balance", retrieve)]

    private static func retrieve(_ call: Call) -> Answer {
        let currency = call.account.document.text("default_currency") ?? "usd"
        var sums: [String: Int64] = [currency: 0]
        var coming: [String: Int64] = [currency: 0]
        BalanceTransactions(books: call.books).settle()
        for entry in call.books.all("balance_transaction") {
            let name = entry.text("currency") ?? currency
            let isComing = entry.text("status") == "pending"
            // Every currency is in both lists.
            coming[name, default: 0] += isComing ? entry.whole("net") ?? 0 : 0
            sums[name, default: 0] += isComing ? 0 : entry.whole("net") ?? 0
        }
        var balance = call.world.schema.blank("balance")
        balance["livemode"] = .bool(call.books.isLive)
        balance["available"] = list(sums)
        balance["pending"] = list(coming)
        return .object(balance)
    }

    private static func list(_ sums: [String: Int64]) -> JSON {
        .array(
            sums.sorted { $0.key < $1.key }.map { currency, amount -> JSON in
                ["amount": .integer(amount), "currency": .string(currency), "source_types": ["card": .integer(amount)]]
            })
    }
}
