internal import Billing
public import Daemon
internal import HTTPTypes
public import Jobs
public import Postgres
public import Stripe

extension Transaction where Scope == TenantScope {
    /// Keeps how the newest payout fares, and tells the portal when that is news (L11).
    public func apply(_ payout: Payout, seq: Int64, at now: Timestamp) throws {
        var facts: JSONObject = [
            "id": .string(payout.id), "status": .string(payout.status), "amount": .integer(payout.amount),
            "currency": .string(payout.currency),
        ]
        facts["arrival_date"] = payout.arrivalDate.map(JSON.integer)
        facts["failure_code"] = payout.failureCode.map(JSON.string)
        facts["failure_message"] = payout.failureMessage.map(JSON.string)
        guard let marked = try first(MarkPayout(JSON.object(facts).text, seq: seq)), marked.isNews else { return }
        announce(of: marked.connection, "payouts_changed", at: now)
    }
}
