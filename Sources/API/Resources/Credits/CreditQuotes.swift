import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/credit_quotes`: how many credits an amount buys, promised for half an hour (V14).
enum CreditQuotes {
    /// One.
    static func show(_ call: Call) async throws -> Response {
        let id: CreditQuote.ID = try call.id("credit_quote")
        return try await call.read { tx in .json(.ok, try answer(id, tx)) }
    }

    /// A promise at the current version of the price.
    static func create(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let client = fields.required("client", .id(of: Client.self))
        let amount = fields.required("amount", .integer(1...Money.amountMax))
        let currency = fields.optional("currency", .currency)
        try fields.finish()
        let (clientID, minor) = (try client(), try amount())
        return try await call.write { actor, tx in
            guard let client = try tx.first(FindClient(clientID)) else {
                throw Problem.notFound("client", param: "client")
            }
            guard client.accessState != .closed else { throw Problem(.clientClosed, "The client is closed.") }
            let pricing = try CreditPrices.current(currency, tx)
            let (money, credits) = try promise(minor, pricing)
            let id = CreditQuote.ID.new(at: actor.now)
            tx.send(InsertCreditQuote(id, for: clientID, by: pricing.id, money, credits))
            return .finished(.created, try answer(id, tx))
        }
    }

    /// What an amount buys by a version, within its limits.
    static func promise(_ minor: Int64, _ pricing: CreditPricing) throws -> (Money, CreditAmount) {
        let money: Money
        do {
            money = try Money(minor, pricing.currency)
        } catch {
            throw Problem(
                .amountNotChargeable,
                "Amounts in \(pricing.currency.code) are multiples of \(pricing.currency.step) minor units.",
                param: "amount")
        }
        guard minor <= pricing.maxPurchase else {
            let tag = (try? Money(pricing.maxPurchase, pricing.currency))?.tag ?? ""
            throw Problem(.purchaseAboveMaximum, "At most \(tag) can be bought at once.", param: "amount")
        }
        let credits = pricing.credits(for: money)
        guard minor >= pricing.minPurchase, credits != .zero else {
            let tag = (try? Money(pricing.minPurchase, pricing.currency))?.tag ?? ""
            throw Problem(
                .purchaseBelowMinimum, "At least \(tag) must be bought at once, and one credit.", param: "amount")
        }
        guard let credits else {
            throw Problem(.purchaseAboveMaximum, "These are more credits than can be counted.", param: "amount")
        }
        return (money, credits)
    }

    private static func answer(_ id: CreditQuote.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let quote = try tx.first(FindCreditQuote(id)) else { throw Problem.notFound("credit_quote") }
        return .object([
            "object": "credit_quote", "id": .string(quote.id.text), "client": .string(quote.client.text),
            "amount": .integer(quote.amount.amount), "currency": .string(quote.amount.currency.code),
            "credits": .string(quote.credits.text), "credits_micro": .integer(quote.credits.micro),
            "pricing": .string(quote.pricing.text), "version": .number(quote.version),
            "final_cost": .string(quote.finalCost.text), "text": .string(quote.sentence),
            "expired": .bool(quote.isExpired), "expires_at": .time(quote.expiresAt), "created": .time(quote.createdAt),
        ])
    }
}
