import HTTPTypes

/// Payouts to the account's bank: made by the control endpoint, as Stripe's schedule would.
enum Payouts {
    static let operations = [
        Operation("GET /v1/payouts", "payout", list), Operation("GET /v1/payouts/{payout}", "payout", retrieve),
    ]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        let found = filter.equal(call.books.all("payout"), "status", "destination")
        return .list(try filter.within(try filter.within(found), "arrival_date"))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.require("payout", call.id))
    }

    /// What a payout can be.
    static let states: Set<String> = ["pending", "in_transit", "paid", "failed", "canceled"]

    /// Banks' reasons, in Stripe's words.
    private static let reasons = [
        "account_closed": "The bank account has been closed.",
        "no_account": "The bank account details provided are invalid.",
        "could_not_process": "The bank could not process this payout.",
        "account_frozen": "The bank account has been frozen.",
        "debit_not_authorized": "Debit transactions are not approved on the bank account.",
        "insufficient_funds": "Your Stripe account has insufficient funds to cover the payout.",
    ]

    /// A new payout of what is available, or of an amount.
    static func make(amount: Int64?, currency: String, in books: Books) -> JSONObject {
        BalanceTransactions(books: books).settle()
        let waiting = books.all("balance_transaction").filter {
            $0.text("status") == "available" && $0.text("currency") == currency && $0.text("_payout") == nil
                && $0.text("type") != "payout"
        }
        let amount = amount ?? max(0, waiting.reduce(0) { $0 + ($1.whole("net") ?? 0) })
        var payout = books.blank("payout", prefix: "po")
        payout["amount"] = .integer(amount)
        payout["arrival_date"] = .integer((books.world.now / 86_400 + 2) * 86_400)
        payout["automatic"] = true
        payout["currency"] = .string(currency)
        payout["description"] = "STRIPE PAYOUT"
        payout["destination"] = .string("ba_" + books.account.hashedLetters)
        payout["method"] = "standard"
        payout["reconciliation_status"] = "completed"
        payout["source_type"] = "card"
        payout["status"] = "pending"
        payout["type"] = "bank_account"
        let entry = BalanceTransactions(books: books).add(
            "payout", amount: -amount, currency: .string(currency), source: payout.id, description: "STRIPE PAYOUT")
        payout["balance_transaction"] = .string(entry.id)
        for paid in waiting { books.update(paid.id, event: nil) { $0["_payout"] = .string(payout.id) } }
        books.update(entry.id, event: nil) { $0["_payout"] = .string(payout.id) }
        books.insert(payout, event: "payout.created")
        return payout
    }

    /// Moves a payout on. A failed one, even if it was paid, brings the money back.
    static func move(_ id: String, to status: String, failureCode: String?, in books: Books) -> JSONObject? {
        guard let before = books.find("payout", id), states.contains(status), before.text("status") != status,
            !["failed", "canceled"].contains(before.text("status"))
        else { return nil }
        var returned: String?
        if status == "failed" || status == "canceled" {
            returned =
                BalanceTransactions(books: books).add(
                    status == "failed" ? "payout_failure" : "payout_cancel", amount: before.whole("amount") ?? 0,
                    currency: before["currency"] ?? "usd", source: id
                ).id
        }
        let code = failureCode ?? "could_not_process"
        let changed = books.update(id, event: nil) { payout in
            payout["status"] = .string(status)
            if let returned { payout["failure_balance_transaction"] = .string(returned) }
            guard status == "failed" else { return }
            payout["failure_code"] = .string(code)
            payout["failure_message"] = .string(reasons[code] ?? "The payout failed.")
        }
        switch status {
        case "paid", "failed", "canceled": books.emit("payout.\(status)", changed)
        default: books.emit("payout.updated", changed, previous: ["status": before["status"] ?? .null])
        }
        return changed
    }
}
