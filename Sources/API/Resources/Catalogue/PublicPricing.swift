import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/public/{tenant}/pricing`: the price list an agency shows to everybody; no key is asked for.
enum PublicPricing {
    /// The public active plans, recommended ones first.
    static func show(_ call: Call) async throws -> Response {
        let tenant: Tenant.ID = try call.id("tenant")
        let (plans, prices) = try await call.gateway.database.transaction(in: PlatformScope.self) { tx in
            (try tx.run(ListPublicPlans(of: tenant)), try tx.run(ListPublicPrices(of: tenant)))
        }
        let known = Dictionary(prices.map { ($0.price.id, $0) }) { first, _ in first }
        return call.listed(plans.map { json($0, known) }, hasMore: false)
    }

    private static func json(_ plan: PublicPlan, _ prices: [Price.ID: PublicPrice]) -> JSON {
        let parts = JSON.stored(plan.prices).arrayValue ?? []
        return .object([
            "object": "public_plan", "id": .string(plan.id.text), "name": .string(plan.name),
            "description": .text(plan.description), "is_default": .bool(plan.isDefault),
            "is_featured": .bool(plan.isFeatured), "version": .number(plan.version),
            "trial_days": .number(plan.trialDays), "quotas": .stored(plan.quotas),
            "prices": .array(
                parts.compactMap { part in
                    let id = part["price"]?.stringValue.flatMap(Price.ID.stored)
                    guard let known = id.flatMap({ prices[$0] }) else { return nil }
                    return json(known, quantity: part["quantity"] ?? 1)
                }),
        ])
    }

    private static func json(_ known: PublicPrice, quantity: JSON) -> JSON {
        let price = known.price
        return .object([
            "product": .string(known.name), "description": .text(known.description), "quantity": quantity,
            "currency": .string(price.currency), "model": .string(price.model.rawValue),
            "usage_type": .string(price.usageType.rawValue),
            "unit_amount_decimal": .text(price.unitAmountDecimal), "interval": .text(price.interval?.rawValue),
            "interval_count": price.isOneTime ? .null : .number(price.intervalCount),
            "shown": PriceText(price).json,
        ])
    }
}
