import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/credit_transactions`: what moved at Stripe for credits, with what Stripe took and the way to its page (L16).
enum CreditTransactions {
    /// Newest first; `client` and `type` narrow it.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "client", "type")
        let page = try call.page(query, of: CreditTransaction.self)
        let client = try call.queryID(query, "client", of: Client.self)
        let direction = try call.queryWord(query, "type", CreditTransaction.Direction.self)
        let rows = try await call.read { tx in
            try tx.run(ListCreditTransactions(page, client: client, direction: direction))
        }
        let (transactions, hasMore) = page.cut(rows)
        return call.listed(transactions.map(json), hasMore: hasMore)
    }

    private static func json(_ transaction: CreditTransaction) -> JSON {
        .object([
            "object": "credit_transaction", "id": .string(transaction.id.text),
            "type": .string(transaction.direction.rawValue), "client": .string(transaction.client.text),
            "purchase": .string(transaction.purchase.text), "amount": .integer(transaction.amount),
            "currency": .string(transaction.currency), "fee": transaction.fee.map(JSON.integer) ?? .null,
            "net": transaction.net.map(JSON.integer) ?? .null, "settled_currency": .text(transaction.settledCurrency),
            "status": .string(transaction.status), "stripe_id": .string(transaction.stripeID),
            "dashboard_url": .string(transaction.dashboardURL), "livemode": .bool(transaction.livemode),
            "created": .time(transaction.createdAt),
        ])
    }
}
