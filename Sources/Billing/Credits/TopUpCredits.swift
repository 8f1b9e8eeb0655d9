public import Daemon
public import Jobs
public import Postgres

/// The standing order at work: it buys when few are left, never twice at once, never above a month's cap, and after
/// failures later and later, then not at all.
extension Transaction where Scope == TenantScope {
    /// Buys if the order says so, and never for a client that is closed.
    public func considerTopUp(of client: Client.ID, balance: CreditAmount, at now: Timestamp) throws {
        guard let order = try first(FindAutoTopUp(of: client)), order.status == .on, balance <= order.threshold,
            let lock = try first(LockAccess(client)), lock.state != .closed
        else { return }
        let month = try one(FindTopUpMonth(of: client, in: order.currency))
        guard !month.isUnderWay else { return }
        guard month.spent + order.amount <= order.monthlyCap else {
            // Told once a month: every call after it would say the same.
            guard order.cappedIn != month.name else { return }
            return try capTopUp(order, in: month, at: now)
        }
        let pricing = try run(ListCurrentCreditPricing(currency: order.currency)).first
        guard let pricing, let amount = try? Money(order.amount, order.currency),
            let credits = pricing.credits(for: amount), credits > .zero,
            (pricing.minPurchase...pricing.maxPurchase).contains(order.amount)
        else {
            return refuseTopUp(
                order, "topup_not_sold", "The amount cannot be bought at the current price.", isOff: true, at: now)
        }
        let (quote, purchase) = (CreditQuote.ID.new(at: now), CreditPurchase.ID.new(at: now))
        send(InsertCreditQuote(quote, for: client, by: pricing.id, amount, credits))
        send(
            InsertCreditPurchase(
                purchase, of: quote, .autoTopUp, .card, successURL: order.returnURL, cancelURL: order.returnURL))
        _ = try enqueue(
            BuyCredits(purchase: purchase, client: client), target: ("credit_purchase", purchase.rawValue))
    }

    /// The order's payment failed: again in an hour, then in a day, then no more.
    public func failTopUp(of client: Client.ID, problem: String, at now: Timestamp) throws {
        guard var order = try first(FindAutoTopUp(of: client)) else { return }
        order.failures += 1
        order.problem = problem
        order.nextTryAt = AutoTopUp.pause(after: order.failures).map { now + $0 }
        order.status = order.nextTryAt == nil ? .off : .backingOff
        send(MarkAutoTopUp(order))
        announceTopUp(order, "payment_failed", url: nil, at: now)
        guard let next = order.nextTryAt else { return }
        _ = try enqueue(RetryTopUp(client: client, at: next), runAt: next)
    }

    /// The order's card asks its owner: it waits for the page.
    public func holdTopUp(of client: Client.ID, url: String?, problem: String, at now: Timestamp) throws {
        guard var order = try first(FindAutoTopUp(of: client)) else { return }
        order.status = .needsAction
        order.problem = problem
        send(MarkAutoTopUp(order))
        announceTopUp(order, "needs_action", url: url, at: now)
    }

    /// The order's payment came: whatever failed before is forgotten.
    public func succeedTopUp(of client: Client.ID) throws {
        guard var order = try first(FindAutoTopUp(of: client)) else { return }
        (order.status, order.failures, order.nextTryAt, order.problem) = (.on, 0, nil, nil)
        send(MarkAutoTopUp(order))
    }

    /// The month's cap is reached: goes on when the next one begins, although nothing may be used until then.
    private func capTopUp(_ order: AutoTopUp, in month: TopUpMonth, at now: Timestamp) throws {
        var order = order
        order.nextTryAt = month.end
        refuseTopUp(
            order, "monthly_cap_reached", "Another top-up would cost more than the month's cap.",
            cappedIn: month.name, at: now)
        _ = try enqueue(RetryTopUp(client: order.client, at: month.end), runAt: month.end)
    }

    /// The pause is over; gives false when it was made for another one.
    public func resumeTopUp(of client: Client.ID, at moment: Timestamp, now: Timestamp) throws -> Bool {
        _ = try first(LockAccess(client))
        guard var order = try first(FindAutoTopUp(of: client)), order.nextTryAt == moment,
            order.status == .backingOff || order.status == .on
        else { return false }
        (order.status, order.nextTryAt) = (.on, nil)
        send(MarkAutoTopUp(order))
        let balance = try one(FindCreditBalance(of: client))
        try considerTopUp(of: client, balance: balance.available, at: now)
        return true
    }

    private func refuseTopUp(
        _ order: AutoTopUp, _ code: String, _ detail: String, cappedIn: String? = nil, isOff: Bool = false,
        at now: Timestamp
    ) {
        var order = order
        order.problem = "{\"code\":\"\(code)\",\"detail\":\"\(detail)\"}"
        order.cappedIn = cappedIn
        if isOff { order.status = .off }
        send(MarkAutoTopUp(order))
        announceTopUp(order, code, url: nil, at: now)
    }

    private func announceTopUp(_ order: AutoTopUp, _ reason: String, url: String?, at now: Timestamp) {
        let next = order.nextTryAt.map { String($0.seconds) } ?? "null"
        let page = url.map { "\"\($0)\"" } ?? "null"
        announce(
            PortalEvent(
                type: "credits.topup_failed", subject: order.client.text,
                body: "{\"client\":\"\(order.client.text)\",\"reason\":\"\(reason)\","
                    + "\"status\":\"\(order.status.rawValue)\",\"next_try_at\":\(next),\"pay_url\":\(page)}"),
            at: now)
    }
}
