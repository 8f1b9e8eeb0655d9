import HTTPTypes

/// Payments a card's owner takes back through the bank. Only cards, and the control endpoint, open them.
enum Disputes {
    static let operations = [
        Operation("GET /v1/disputes", "dispute", list), Operation("GET /v1/disputes/{dispute}", "dispute", retrieve),
    ]

    /// What a dispute costs, minor units; won or lost.
    static let fee: Int64 = 1_500

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        return .list(try filter.within(filter.equal(call.books.all("dispute"), "charge", "payment_intent")))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.require("dispute", call.id))
    }

    /// Opens a dispute of a charge: the money goes back at once.
    @discardableResult
    static func open(_ id: String, reason: String, amount: Int64?, in books: Books) -> JSONObject? {
        guard let charge = books.find("charge", id), charge.flag("paid"), !charge.flag("disputed") else { return nil }
        let amount = amount ?? ((charge.whole("amount_captured") ?? 0) - (charge.whole("amount_refunded") ?? 0))
        var dispute = books.blank("dispute", prefix: "dp")
        dispute["amount"] = .integer(amount)
        dispute["charge"] = .string(id)
        dispute.copy(["currency", "payment_intent"], from: charge)
        dispute["evidence_details"] = [
            "due_by": .integer(books.world.now + 9 * 86_400), "enhanced_eligibility": [:], "has_evidence": false,
            "past_due": false, "submission_count": 0,
        ]
        dispute["is_charge_refundable"] = false
        dispute["reason"] = .string(reason)
        dispute["status"] = "needs_response"
        let currency = charge["currency"] ?? "usd"
        let entry = BalanceTransactions(books: books).add(
            "adjustment", amount: -amount, currency: currency, source: dispute.id, category: "dispute", fee: fee,
            details: [
                [
                    "amount": .integer(fee), "application": .null, "currency": currency,
                    "description": "Dispute fee", "type": "stripe_fee",
                ]
            ], description: "Chargeback withdrawal for \(id)")
        dispute["balance_transactions"] = [.object(entry)]
        books.update(id, event: "charge.updated") { $0["disputed"] = true }
        books.insert(dispute, event: "charge.dispute.created")
        books.emit("charge.dispute.funds_withdrawn", dispute)
        return dispute
    }

    /// What a dispute can become.
    static let outcomes: Set<String> = ["under_review", "won", "lost", "warning_closed"]

    /// Moves a dispute on; won and lost close it, and what is won comes back.
    static func move(_ id: String, to status: String, in books: Books) -> JSONObject? {
        guard let before = books.find("dispute", id), outcomes.contains(status),
            ["needs_response", "under_review"].contains(before.text("status"))
        else { return nil }
        let isClosed = status != "under_review"
        let dispute = books.update(id, event: isClosed ? nil : "charge.dispute.updated") { dispute in
            dispute["status"] = .string(status)
            dispute.set("evidence_details", "has_evidence", to: .bool(status != "lost"))
        }
        guard isClosed else { return dispute }
        var closed = dispute
        if status == "won" || status == "warning_closed" {
            let entry = BalanceTransactions(books: books).add(
                "adjustment", amount: before.whole("amount") ?? 0, currency: before["currency"] ?? "usd", source: id,
                category: "dispute_reversal", description: "Chargeback reversal")
            closed = books.update(id, event: nil) { dispute in
                dispute["balance_transactions"] = .array(dispute.list("balance_transactions") + [.object(entry)])
            }
            books.emit("charge.dispute.funds_reinstated", closed)
        }
        books.emit("charge.dispute.closed", closed)
        return closed
    }
}
