import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/clients/{client}/auto_topup`: a standing order that buys credits when few are left.
enum AutoTopUps {
    /// As it stands.
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        try answer(call.id("client"), tx)
    }

    /// Sets it as a whole. Set anew, it is on again, whatever failed before; it buys at once if few are left.
    static func save(_ call: Call) async throws -> Response {
        let id: Client.ID = try call.id("client")
        var fields = try call.fields()
        let threshold = fields.required("threshold", .credits(orNone: true))
        let amount = fields.required("amount", .integer(1...Money.amountMax))
        let currency = fields.optional("currency", .currency)
        let cap = fields.required("monthly_cap", .integer(1...1_000_000_000))
        let returnURL = fields.optional("return_url", .url)
        try fields.finish()
        let (mark, minor, most) = (try threshold(), try amount(), try cap())
        return try await call.write { actor, tx in
            try CreditLedger.open(id, tx)
            let pricing = try CreditPrices.current(currency, tx)
            let (money, _) = try CreditQuotes.promise(minor, pricing)
            guard money.amount <= most else {
                throw Problem(
                    .topupAboveCap, "One top-up is more than the month may cost.", param: "monthly_cap")
            }
            let before = try tx.first(FindAutoTopUp(of: id))
            tx.send(
                InsertAutoTopUp(of: id, threshold: mark, amount: money, monthlyCap: most, returnURL: returnURL))
            audit(
                actor, tx, "auto_topup.save", id.text, before: before.map(json),
                after: json(try tx.one(FindAutoTopUp(of: id))))
            // A client that never had credits has not run out of them.
            if let balance = try tx.first(FindCreditBalance(of: id)), balance.entries > 0 {
                try tx.considerTopUp(of: id, balance: balance.available, at: actor.now)
            }
            return .finished(.ok, try answer(id, tx))
        }
    }

    /// Withdraws it. A purchase that is under way goes on.
    static func remove(_ call: Call) async throws -> Response {
        let id: Client.ID = try call.id("client")
        return try await call.write { actor, tx in
            _ = try tx.first(LockAccess(id))
            guard let before = try tx.first(FindAutoTopUp(of: id)) else { throw Problem.notFound("auto_topup") }
            _ = try tx.first(DeleteAutoTopUp(of: id))
            audit(actor, tx, "auto_topup.delete", id.text, before: json(before))
            return .finished(.ok, ["object": "auto_topup", "client": .string(id.text), "deleted": true])
        }
    }

    private static func answer(_ id: Client.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let order = try tx.first(FindAutoTopUp(of: id)), case .object(var body) = json(order) else {
            throw Problem.notFound("auto_topup")
        }
        let month = try tx.one(FindTopUpMonth(of: id, in: order.currency))
        body["month"] = [
            "name": .string(month.name), "spent": .integer(month.spent), "in_flight": .bool(month.isUnderWay),
        ]
        return .object(body)
    }

    private static func json(_ order: AutoTopUp) -> JSON {
        .object([
            "object": "auto_topup", "client": .string(order.client.text), "threshold": .string(order.threshold.text),
            "amount": .integer(order.amount), "currency": .string(order.currency.code),
            "monthly_cap": .integer(order.monthlyCap), "return_url": .text(order.returnURL),
            "status": .string(order.status.rawValue), "failures": .number(order.failures),
            "next_try_at": .time(order.nextTryAt), "problem": .stored(order.problem),
            "updated": .time(order.updatedAt),
        ])
    }
}
