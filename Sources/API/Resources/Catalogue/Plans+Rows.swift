import Billing
import HTTPTypes
import Jobs
import Postgres

// Plans between their form, their rows and their answer.

extension Plans {
    /// The rows a form's prices name. A price of Stripe's that we know is ours at once; another one is looked for. What
    /// a sale would refuse of them is refused here, at the price that is too many.
    static func parts(
        _ form: PlanForm, _ tx: borrowing Transaction<TenantScope>
    ) throws -> [PlanTerms.PartWish]? {
        guard let wishes = form.prices else { return nil }
        var parts: [PlanTerms.PartWish] = []
        var prices: [Price] = []
        var issues: [Problem.FieldIssue] = []
        for (param, reference, quantity) in wishes {
            func refuse(_ code: ProblemCode, _ detail: String, at param: String) {
                issues.append(.init(param: param, code: code, detail: detail))
            }
            let part: PlanTerms.PartWish
            switch reference {
            case .ours(let id): part = .init(price: id, stripePrice: nil, quantity: quantity)
            case .stripe(let pasted):
                part = .init(price: try tx.first(FindPriceByStripe(pasted)), stripePrice: pasted, quantity: quantity)
            }
            if parts.contains(where: { $0.isSame(as: part) }) {
                refuse(.invalidCombination, "This price stands in the list twice; use quantity.", at: param)
            }
            parts.append(part)
            guard let id = part.price else { continue }
            guard let price = try tx.first(FindPrice(id)) else {
                refuse(.notFound, "There is no such price.", at: param)
                continue
            }
            if !price.isSold { refuse(.priceInactive, "This price is no longer sold.", at: param) }
            if price.isMetered, quantity != 1 {
                let detail = "A metered price has no quantity: usage is counted."
                refuse(.invalidCombination, detail, at: param.replacing(".price", with: ".quantity"))
            }
            if let mismatch = price.mismatch(with: prices.filter { $0.id != id }) {
                refuse(ProblemCode(mismatch), mismatch.advice, at: param)
            }
            prices.append(price)
        }
        guard issues.isEmpty else { throw Problem(issues: issues) }
        return parts
    }

    /// A plan that is to be sold as it is, again or for the first time, is one that can be bought: its prices may have
    /// been archived since, and plans of old were not compared.
    static func requireSold(_ terms: PlanTerms, _ tx: borrowing Transaction<TenantScope>) throws {
        let prices = try terms.parts.compactMap { try $0.price.flatMap { try tx.first(FindPrice($0)) } }
        guard prices.allSatisfy(\.isSold) else {
            throw Problem(
                .priceInactive, "A price of the plan is no longer sold: give the plan others (prices).",
                param: "status")
        }
        guard let mismatch = prices.indices.lazy.compactMap({ prices[$0].mismatch(with: prices[..<$0]) }).first else {
            return
        }
        throw Problem(ProblemCode(mismatch), mismatch.advice, param: "status")
    }

    /// What a plan is made of now.
    static func terms(of plan: Plan, _ tx: borrowing Transaction<TenantScope>) throws -> PlanTerms {
        let parts = try tx.run(ListPlanParts([plan.id])).filter { $0.version == plan.version }
        let quotas = try tx.run(ListPlanQuotas([plan.id])).filter { $0.version == plan.version }
        return PlanTerms(
            parts: parts.map { .init(price: $0.price, stripePrice: $0.stripePrice, quantity: $0.quantity) },
            quotas: quotas.map(\.quota), trialDays: plan.trialDays)
    }

    /// A new plan with its first version.
    static func insert(
        _ wish: PlanTraits, _ terms: PlanTerms, isDefault: Bool, _ action: String, _ actor: Actor,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Done {
        let id = Plan.ID.new(at: actor.now)
        var traits = wish
        let mustLook = terms.parts.contains { $0.price == nil }
        if mustLook { traits.status = .draft }
        tx.send(InsertPlan(id, traits))
        insert(terms, version: 1, of: id, tx)
        if isDefault {
            tx.send(MarkNoPlanDefault())
            tx.send(MarkPlanDefault(id))
        }
        audit(actor, tx, action, id.text, after: ["name": .string(traits.name)])
        guard mustLook else { return .finished(.created, try answer(id, tx)) }
        return try look(for: id, 1, activates: wish.status == .active, actor, tx)
    }

    /// A version's rows.
    static func insert(_ terms: PlanTerms, version: Int, of id: Plan.ID, _ tx: borrowing Transaction<TenantScope>) {
        tx.send(InsertPlanVersion(version, of: id, trialDays: terms.trialDays))
        for (place, part) in terms.parts.enumerated() {
            tx.send(InsertPlanPart(part, at: place, of: id, version: version))
        }
        for quota in terms.quotas { tx.send(InsertPlanQuota(quota, of: id, version: version)) }
    }

    /// Has the pasted prices looked for.
    static func look(
        for id: Plan.ID, _ version: Int, activates: Bool, _ actor: Actor, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Done {
        try PaymentProcessors.requireConnection(tx)
        let receipt = try tx.enqueue(
            LinkPlanPrices(plan: id, version: version, activates: activates), waited: actor.isWaiting,
            target: ("plan", id.rawValue))
        return .accepted(receipt, kind: LinkPlanPrices.kind, target: ("plan", id.text))
    }

    /// The resource as it stands.
    static func answer(_ id: Plan.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let plan = try tx.first(FindPlan(id)), let json = try answers([plan], tx).first else {
            throw Problem.notFound("plan")
        }
        return json
    }

    /// Plans with their prices, as these stand at Stripe, and their quotas.
    static func answers(_ plans: [Plan], _ tx: borrowing Transaction<TenantScope>) throws -> [JSON] {
        let ids = Array(Set(plans.map(\.id)))
        let parts = try tx.run(ListPlanParts(ids))
        let quotas = try tx.run(ListPlanQuotas(ids))
        var prices: [Price.ID: Price] = [:]
        for id in Set(parts.compactMap(\.price)) { prices[id] = try tx.first(FindPrice(id)) }
        return plans.map { plan in
            let own = parts.filter { $0.plan == plan.id && $0.version == plan.version }
            let granted = quotas.filter { $0.plan == plan.id && $0.version == plan.version }
            return .object([
                "object": "plan", "id": .string(plan.id.text), "name": .string(plan.name),
                "description": .text(plan.description), "status": .string(plan.status.rawValue),
                "visibility": .string(plan.visibility.rawValue), "is_default": .bool(plan.isDefault),
                "is_featured": .bool(plan.isFeatured), "version": .number(plan.version),
                "trial_days": .number(plan.trialDays),
                "prices": .array(own.map { json($0, $0.price.flatMap { prices[$0] }) }),
                "quotas": .array(granted.map { json($0.quota) }), "metadata": .stored(plan.metadata),
                "created": .time(plan.createdAt), "updated": .time(plan.updatedAt),
            ])
        }
    }

    private static func json(_ part: Plan.Part, _ price: Price?) -> JSON {
        [
            "price": price.map(Prices.json) ?? .null, "price_id": .text(part.stripePrice ?? price?.stripePrice),
            "quantity": .integer(part.quantity), "problem": .stored(part.problem),
        ]
    }

    /// One grant.
    static func json(_ quota: Quota) -> JSON {
        [
            "feature": .string(quota.feature), "type": .string(quota.kind.rawValue), "limit": .whole(quota.limit),
            "soft_limit": .whole(quota.softLimit), "reset": .string(quota.reset.rawValue),
            "overage": .string(quota.overage.rawValue),
        ]
    }
}

extension ProblemCode {
    /// The word for prices that a subscription cannot hold.
    fileprivate init(_ mismatch: PriceMismatch) {
        self = mismatch == .oneTime ? .priceNotRecurring : .pricesMismatch
    }
}
