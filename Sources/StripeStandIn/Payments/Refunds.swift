import HTTPTypes

/// Money given back.
enum Refunds {
    static let operations = [
        Operation("GET /v1/refunds", "charge", list), Operation("POST /v1/refunds", "charge", create),
        Operation("GET /v1/refunds/{refund}", "charge", retrieve),
        Operation("POST /v1/refunds/{refund}/cancel", "charge", cancel),
    ]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        return .list(try filter.within(filter.equal(call.books.all("refund"), "charge", "payment_intent")))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.require("refund", call.id))
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer { .object(try make(call)) }

    /// Gives money of a charge back.
    static func make(_ call: Call) throws(Refusal) -> JSONObject {
        let params = call.params
        for name in ["origin", "instructions_email", "reverse_transfer"] where params[name] != nil {
            throw .unsupported("\(name) on a refund", param: name)
        }
        if params.flag("refund_application_fee"), !call.isOnBehalf {
            throw .invalid(
                "You cannot refund an application fee on a charge that has none.", param: "refund_application_fee")
        }
        let charge = try self.charge(call)
        if charge.flag("disputed") {
            throw .invalid(
                "Charge \(charge.id) has been charged back; cannot issue a refund.", code: "charge_disputed")
        }
        let captured = charge.whole("amount_captured") ?? 0
        let left = captured - (charge.whole("amount_refunded") ?? 0)
        guard left > 0 else {
            throw .invalid("Charge \(charge.id) has already been refunded.", code: "charge_already_refunded")
        }
        let amount = params.whole("amount") ?? left
        guard amount > 0, amount <= left else {
            throw .invalid(
                "Refund amount (\(amount)) is greater than unrefunded amount on charge (\(left))", param: "amount",
                code: "amount_too_large")
        }
        var refund = call.books.blank("refund", prefix: "re")
        refund["amount"] = .integer(amount)
        refund["charge"] = .string(charge.id)
        refund.copy(["currency", "payment_intent", "payment_method"], from: charge)
        refund["reason"] = .of(params.text("reason"))
        refund["customer"] = charge["customer"]
        refund["status"] = course(of: charge, in: call.books) == .pends ? "pending" : "succeeded"
        refund["destination_details"] = [
            "type": "card",
            "card": ["type": "refund", "reference_status": "pending", "reference_type": "acquirer_reference_number"],
        ]
        refund["metadata"] = .object(Metadata.merged(nil, with: params["metadata"]))
        let entry = BalanceTransactions(books: call.books).add(
            "refund", amount: -amount, currency: charge["currency"] ?? "usd", source: refund.id,
            description: .string("REFUND FOR CHARGE"))
        refund["balance_transaction"] = .string(entry.id)
        call.books.insert(refund, event: "refund.created")
        if params.flag("refund_application_fee") {
            let fee = charge.whole("application_fee_amount") ?? 0
            let share = PriceMath.share(of: fee, seconds: amount, outOf: charge.whole("amount") ?? 1)
            ApplicationFees.refund(charge, share: share, in: call.books)
        }
        let refunded = call.books.update(charge.id, event: nil) { charge in
            charge["amount_refunded"] = .integer(captured - left + amount)
            charge["refunded"] = .bool(amount == left)
        }
        call.books.emit("charge.refunded", refunded)
        return refund
    }

    private static func course(of charge: JSONObject, in books: Books) -> TestCard.RefundCourse {
        charge.text("payment_method").flatMap { books.find($0) }.flatMap { PaymentMethods.card(of: $0) }?.refunds
            ?? .succeeds
    }

    private static func cancel(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("refund", call.id)
        guard found.text("status") == "requires_action" else {
            throw .invalid("You can only cancel refunds with a status of requires_action.", param: "id")
        }
        return .object(settle(found.id, as: "canceled", reason: nil, in: call.books) ?? found)
    }

    /// What the bank makes of a refund later: `succeeded`, `failed` with a reason, or `canceled`. Money that does not
    /// arrive comes back.
    static func settle(_ id: String, as status: String, reason: String?, in books: Books) -> JSONObject? {
        guard let before = books.find("refund", id), ["succeeded", "failed", "canceled"].contains(status),
            !["failed", "canceled"].contains(before.text("status"))
        else { return nil }
        let amount = before.whole("amount") ?? 0
        var returned: String?
        if status != "succeeded" {
            returned =
                BalanceTransactions(books: books).add(
                    "refund_failure", amount: amount, currency: before["currency"] ?? "usd", source: id,
                    description: "Refund failure"
                ).id
        }
        let changed = books.update(id, event: nil) { refund in
            refund["status"] = .string(status)
            if status == "failed" { refund["failure_reason"] = .string(reason ?? "unknown") }
            if let returned { refund["failure_balance_transaction"] = .string(returned) }
        }
        if returned != nil, let charge = before.text("charge") {
            books.update(charge, event: nil) { charge in
                charge["amount_refunded"] = .integer((charge.whole("amount_refunded") ?? 0) - amount)
                charge["refunded"] = false
            }
        }
        books.emit("refund.updated", changed, previous: ["status": before["status"] ?? .null])
        if status == "failed" { books.emit("refund.failed", changed) }
        return changed
    }

    private static func charge(_ call: Call) throws(Refusal) -> JSONObject {
        if call.params["charge"] != nil, call.params["payment_intent"] != nil {
            throw .exclusive("charge", "payment_intent")
        }
        if let id = call.params.text("charge") { return try call.books.require("charge", id, param: "charge") }
        guard let id = call.params.text("payment_intent") else { throw .missing("payment_intent") }
        let intent = try call.books.require("payment_intent", id, noun: "payment_intent", param: "payment_intent")
        guard intent.text("status") == "succeeded",
            let charge = intent.text("latest_charge").flatMap({ call.books.find($0) })
        else {
            throw .invalid(
                "This PaymentIntent (\(id)) does not have a successful charge to refund.", param: "payment_intent")
        }
        return charge
    }
}
