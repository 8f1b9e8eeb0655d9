import HTTPTypes

/// Money given back.
enum Refunds {
    static let operations = [
        Operation("GET /v1/refunds", "charge", list), Operation("POST /v1/refunds", "charge", create),
        Operation("GET /v1/refunds/{refund}", "charge", retrieve),
    ]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        return .list(try filter.within(filter.equal(call.books.all("refund"), "charge", "payment_intent")))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.require("refund", call.id))
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        let params = call.params
        for name in ["origin", "instructions_email", "reverse_transfer"] where params[name] != nil {
            throw .unsupported("\(name) on a refund", param: name)
        }
        if params.flag("refund_application_fee"), !call.isOnBehalf {
            throw .invalid(
                "You cannot refund an application fee on a charge that has none.", param: "refund_application_fee")
        }
        let charge = try self.charge(call)
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
        refund["status"] = "succeeded"
        refund["metadata"] = .object(Metadata.merged(nil, with: params["metadata"]))
        call.books.insert(refund, event: "refund.created")
        let refunded = call.books.update(charge.id, event: nil) { charge in
            charge["amount_refunded"] = .integer(captured - left + amount)
            charge["refunded"] = .bool(amount == left)
        }
        call.books.emit("charge.refunded", refunded)
        return .object(refund)
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
