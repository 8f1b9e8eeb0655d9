import HTTPTypes

/// What happens to the balance: charges less Stripe's fee, refunds, disputes, payouts.
struct BalanceTransactions {
    /// The books of the balance.
    let books: Books

    static let operations = [
        Operation("GET /v1/balance_transactions", "balance_transaction", list),
        Operation("GET /v1/balance_transactions/{id}", "balance_transaction", retrieve),
    ]

    /// Seconds from a charge until its money is available: two days.
    private static let pendingSeconds: Int64 = 2 * 86_400

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        BalanceTransactions(books: call.books).settle()
        let filter = ListFilter(params: call.params)
        var found = try filter.within(
            filter.equal(call.books.all("balance_transaction"), "currency", "source", "type"))
        if let payout = call.params.text("payout") {
            _ = try call.books.require("payout", payout, param: "payout")
            found = found.filter { $0.text("_payout") == payout }
        }
        return .list(found)
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        BalanceTransactions(books: call.books).settle()
        return .object(try call.books.require("balance_transaction", call.id, noun: "balance transaction"))
    }

    /// Pending money whose day has come is available.
    func settle() {
        for entry in books.all("balance_transaction")
        where entry.text("status") == "pending" && (entry.whole("available_on") ?? 0) <= books.world.now {
            books.update(entry.id, event: nil) { $0["status"] = "available" }
        }
    }

    /// Stripe's fee on a card payment: 2.9 % and 30 minor units, rounded to one.
    static func fee(on amount: Int64) -> Int64 { min(amount, (amount * 29 + 500) / 1_000 + 30) }

    /// Enters a paid charge, with the fees Stripe and the platform take.
    func enter(_ charge: inout JSONObject) {
        let amount = charge.whole("amount") ?? 0
        let currency = charge["currency"] ?? "usd"
        let fee = Self.fee(on: amount)
        var details: [JSON] = [
            [
                "amount": .integer(fee), "application": .null, "currency": currency,
                "description": "Stripe processing fees", "type": "stripe_fee",
            ]
        ]
        let share = charge.whole("application_fee_amount") ?? 0
        if share > 0 {
            details.append([
                "amount": .integer(share), "application": charge["application"] ?? .null, "currency": currency,
                "description": "Application fee", "type": "application_fee",
            ])
        }
        let entry = add(
            "charge", amount: amount, currency: currency, source: charge.id, fee: fee + share, details: details,
            availableAfter: Self.pendingSeconds, description: charge["description"] ?? .null)
        charge["balance_transaction"] = .string(entry.id)
    }

    /// Enters money that comes or goes: negative amounts go.
    @discardableResult
    func add(
        _ type: String, amount: Int64, currency: JSON, source: String, category: String? = nil, fee: Int64 = 0,
        details: [JSON] = [], availableAfter: Int64 = 0, description: JSON = .null
    ) -> JSONObject {
        var entry = books.blank("balance_transaction", prefix: "txn")
        let now = books.world.now
        entry["amount"] = .integer(amount)
        entry["available_on"] = .integer(now + availableAfter)
        entry["balance_type"] = "payments"
        entry["created"] = .integer(now)
        entry["currency"] = currency
        entry["description"] = description
        entry["fee"] = .integer(fee)
        entry["fee_details"] = .array(details)
        entry["net"] = .integer(amount - fee)
        entry["reporting_category"] = .string(category ?? type)
        entry["source"] = .string(source)
        entry["status"] = availableAfter > 0 ? "pending" : "available"
        entry["type"] = .string(type)
        books.put(entry)
        return entry
    }
}
