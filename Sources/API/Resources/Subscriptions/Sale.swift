import Billing
import Daemon
import HTTPTypes
import Jobs
import Postgres

/// What is sold, looked up and checked: prices that exist, are sold, recur, and can stand on one bill (E2, E5, E11).
struct Sale {
    /// One item a price.
    let items: [SubscriptionItemWish]
    /// As what they are sold together.
    let sold: SoldAs
    /// Days before the first payment of who never had the plan.
    let trialDays: Int
    /// The one currency of all of them.
    let currency: String

    /// - Parameter agents: for whom; a value-based price counts one of their boolean fields.
    init(
        _ goods: SubscriptionWish.Goods, for agents: [AgentForSale], _ tx: borrowing Transaction<TenantScope>
    ) throws {
        let wishes: [SubscriptionItemWish]
        var shared: String?
        switch goods {
        case .plan(let id, let field):
            let sold = try PlanSale(id, tx)
            self.sold = SoldAs(plan: sold.plan, planVersion: sold.version)
            trialDays = sold.trialDays
            wishes = sold.items.map { SubscriptionItemWish(price: $0.price, quantity: $0.quantity) }
            shared = field
        case .product(let id, let quantity, let field):
            (sold, trialDays) = (SoldAs(product: id), 0)
            wishes = try Self.wishes(for: id, quantity, tx)
            shared = field
        case .price(let price): (sold, trialDays, wishes) = (SoldAs(), 0, [price])
        case .items(let prices): (sold, trialDays, wishes) = (SoldAs(), 0, prices)
        }
        let terms = try wishes.enumerated().map { index, wish in
            guard let price = try tx.first(FindPrice(wish.price)) else {
                throw Problem.notFound("price", param: goods.param(index))
            }
            return price
        }
        // The one field that was said with a plan or a product is for those of its prices that count one.
        let items = zip(wishes, terms).map { wish, price in
            var item = wish
            if price.isValueBased { item.analysisField = item.analysisField ?? shared }
            return item
        }
        var issues = zip(items, terms).enumerated().flatMap { index, sale in
            Self.issues(of: sale.1, sale.0, (goods, index), agents)
        }
        if shared != nil, !terms.contains(where: \.isValueBased) {
            let detail = "Is for value-based prices only."
            issues.append(.init(param: "analysis_field", code: .invalidCombination, detail: detail))
        }
        if issues.isEmpty { issues += Self.issues(ofAll: terms, at: goods.param) }
        guard issues.isEmpty, let first = terms.first else { throw Problem(issues: issues) }
        self.items = items
        currency = first.currency
    }

    /// Days before a client's first payment: a plan is tried once.
    func trialDays(of client: Client.ID, _ tx: borrowing Transaction<TenantScope>) throws -> Int {
        guard trialDays > 0, let plan = sold.plan else { return 0 }
        return try tx.one(FindPlanHad(plan, by: client)) ? 0 : trialDays
    }

    /// All that a product is sold by now: a base fee, a price for its usage, or both. Two base fees are an offer to
    /// choose from, and not a sum.
    private static func wishes(
        for id: Product.ID, _ quantity: Int64, _ tx: borrowing Transaction<TenantScope>
    ) throws -> [SubscriptionItemWish] {
        guard let product = try tx.first(FindProduct(id)) else {
            throw Problem.notFound("product", param: "product")
        }
        let prices = try tx.run(ListPricesOf([id])).filter(\.isActive)
        guard product.isActive, !prices.isEmpty else {
            throw Problem(.priceInactive, "This product is no longer sold.", param: "product")
        }
        let recurring = prices.filter { !$0.isOneTime }
        guard !recurring.isEmpty else {
            throw Problem(.priceNotRecurring, "A one-time product is sold by an invoice.", param: "product")
        }
        // Of what comes from Stripe's own catalogue nobody knows what belongs together.
        guard product.origin == .stripe || product.pricingModel != .baseFee || !recurring.allSatisfy(\.isMetered) else {
            throw Problem(
                .priceInactive,
                "The product's base fee is no longer sold, and what it includes is not sold without it: give the "
                    + "product another price, or sell its fee again.", param: "product")
        }
        let offers = Set(recurring.map { "\($0.currency) \($0.interval?.rawValue ?? "") \($0.intervalCount)" })
        guard offers.count == 1 else {
            throw Problem(
                .pricesMismatch,
                "The product is sold in several currencies or billing periods: name the prices in items.",
                param: "product")
        }
        guard recurring.count(where: { !$0.isMetered }) <= 1, !isCountedTwice(recurring) else {
            throw Problem(
                .pricesMismatch,
                "The product is sold at several prices: name one in items, or archive those that are over.",
                param: "product")
        }
        return recurring.map { SubscriptionItemWish(price: $0.id, quantity: $0.isMetered ? 1 : quantity) }
    }

    private static func issues(
        of price: Price, _ wish: SubscriptionItemWish, _ place: (goods: SubscriptionWish.Goods, index: Int),
        _ agents: [AgentForSale]
    ) -> [Problem.FieldIssue] {
        var issues: [Problem.FieldIssue] = []
        let param = place.goods.param(place.index)
        if !price.isSold {
            issues.append(.init(param: param, code: .priceInactive, detail: "This price is no longer sold."))
        } else if price.isOneTime {
            issues.append(
                .init(param: param, code: .priceNotRecurring, detail: "A one-time price is sold by an invoice."))
        }
        if price.isMetered, wish.quantity != 1 {
            let isPlan = if case .plan = place.goods { true } else { false }
            issues.append(
                .init(
                    param: isPlan ? param : place.goods.param(place.index, "quantity"), code: .invalidCombination,
                    detail: "A metered price has no quantity: usage is counted."))
        }
        let field = place.goods.param(place.index, "analysis_field")
        switch (price.isValueBased, wish.analysisField) {
        case (true, nil):
            let choice = Self.common(agents).sorted().joined(separator: ", ")
            let detail =
                choice.isEmpty
                ? "A value-based price counts a boolean field of the agents, and these agents have none in common: set "
                    + "one up on the agent's own platform." : "Choose the boolean field to count: \(choice)."
            issues.append(.init(param: field, code: .analysisFieldMissing, detail: detail))
        case (true, let name?) where !Self.common(agents).contains(name):
            let detail = "Every agent must have this field, and it must be boolean: \(common(agents).sorted())."
            issues.append(.init(param: field, code: .analysisFieldNotBoolean, detail: detail))
        case (false, _?):
            issues.append(.init(param: field, code: .invalidCombination, detail: "Is for value-based prices only."))
        default: break
        }
        return issues
    }

    private static func issues(ofAll terms: [Price], at param: String) -> [Problem.FieldIssue] {
        let mismatch = terms.indices.lazy.compactMap { terms[$0].mismatch(with: terms[..<$0]) }.first
        guard let mismatch else { return [] }
        let detail =
            mismatch == .meter
            ? "Two of the prices charge for what the same meter counts: the usage would be billed twice."
            : "All prices of a subscription have the same currency and billing period."
        return [.init(param: param, code: .pricesMismatch, detail: detail)]
    }

    /// Whether two prices are counted by one meter: Stripe bills all that a customer used for each of them (F10).
    private static func isCountedTwice(_ prices: [Price]) -> Bool {
        let meters = prices.compactMap(\.meter)
        return Set(meters).count < meters.count
    }

    /// The boolean fields that all agents have.
    private static func common(_ agents: [AgentForSale]) -> Set<String> {
        guard let first = agents.first else { return [] }
        return agents.dropFirst().reduce(Set(first.booleanFields)) { $0.intersection($1.booleanFields) }
    }
}

/// The client's agents that something is sold for.
enum SaleAgents {
    /// Those of the ids that are the client's own and in use; anything else is refused, by its place in the list (E2).
    static func find(
        _ ids: [Agent.ID], of client: Client.ID, _ tx: borrowing Transaction<TenantScope>
    ) throws -> [AgentForSale] {
        guard !ids.isEmpty else { return [] }
        let found = try tx.run(ListAgentsForSale(of: client, ids))
        let issues = ids.enumerated().compactMap { index, id -> Problem.FieldIssue? in
            guard let agent = found.first(where: { $0.id == id }) else {
                return .init(
                    param: "agents[\(index)]", code: .agentNotOfClient, detail: "The client has no such agent.")
            }
            guard agent.isArchived else { return nil }
            return .init(param: "agents[\(index)]", code: .agentArchived, detail: "This agent is archived.")
        }
        guard issues.isEmpty else { throw Problem(issues: issues) }
        return found
    }
}

/// A coupon that is to be given.
enum SaleCoupon {
    /// Refuses one that is not there, cannot be given any more, or is in another currency (J6).
    ///
    /// - Parameter currency: of the sale; nil: only Stripe knows.
    static func check(
        _ id: Coupon.ID?, for currency: String?, at now: Timestamp, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        guard let id else { return }
        guard let coupon = try tx.first(FindCoupon(id)), coupon.status != .deleted else {
            throw Problem.notFound("coupon", param: "coupon")
        }
        guard coupon.canBeGiven(at: now) else {
            throw Problem(.couponExpired, "This coupon can no longer be given.", param: "coupon")
        }
        if let fixed = coupon.currency, let currency, fixed != currency {
            throw Problem(
                .couponCurrencyMismatch,
                "The coupon takes off an amount in \(fixed), and the subscription is in \(currency).", param: "coupon")
        }
    }
}
