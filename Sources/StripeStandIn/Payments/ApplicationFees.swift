import HTTPTypes

/// What a platform takes of its accounts' charges; the fees are in the platform's books.
enum ApplicationFees {
    static let operations = [Operation("GET /v1/application_fees", "application_fee", list)]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        return .list(try filter.within(filter.equal(call.books.all("application_fee"), "charge")))
    }

    /// Refuses a fee where nobody could take it.
    static func check(_ call: Call) throws(Refusal) {
        guard let amount = call.params.whole("application_fee_amount") else { return }
        guard call.isOnBehalf else {
            throw .invalid(
                "Can only apply an application_fee_amount when the request is made on behalf of another account.",
                param: "application_fee_amount", code: "application_fees_not_allowed")
        }
        guard amount > 0, amount <= call.params.whole("amount") ?? .max else {
            throw .invalid(
                "The application fee must be positive and at most the amount of the charge.",
                param: "application_fee_amount")
        }
    }

    /// Gives the platform its share of a paid charge.
    static func take(from charge: inout JSONObject, in books: Books) {
        guard let amount = charge.whole("application_fee_amount"), amount > 0,
            let platform = books.world.accounts[books.account]?.platform
        else { return }
        let owner = books.world.account(platform).books(isLive: books.isLive)
        var fee = owner.blank("application_fee", prefix: "fee")
        fee["account"] = .string(books.account)
        fee["amount"] = .integer(amount)
        fee["application"] = "ca_standin"
        fee["charge"] = .string(charge.id)
        fee["currency"] = charge["currency"] ?? "usd"
        fee["fee_source"] = ["charge": .string(charge.id), "type": "charge"]
        fee["originating_transaction"] = .string(charge.id)
        let entry = BalanceTransactions(books: owner).add(
            "application_fee", amount: amount, currency: charge["currency"] ?? "usd", source: fee.id,
            category: "platform_earning")
        fee["balance_transaction"] = .string(entry.id)
        owner.insert(fee, event: "application_fee.created")
        charge["application_fee"] = .string(fee.id)
    }

    /// Gives a part of the share back.
    static func refund(_ charge: JSONObject, share: Int64, in books: Books) {
        guard let id = charge.text("application_fee"),
            let platform = books.world.accounts[books.account]?.platform
        else { return }
        let owner = books.world.account(platform).books(isLive: books.isLive)
        guard let fee = owner.find("application_fee", id) else { return }
        let total = min(fee.whole("amount") ?? 0, (fee.whole("amount_refunded") ?? 0) + share)
        let changed = owner.update(id, event: nil) { fee in
            fee["amount_refunded"] = .integer(total)
            fee["refunded"] = .bool(total == fee.whole("amount"))
        }
        owner.emit("application_fee.refunded", changed)
    }
}
