import Billing
import Jobs
import Postgres

/// A plan that is being bought: the version that is sold now, and its prices.
struct PlanSale: Sendable {
    /// Which plan.
    let plan: Plan.ID
    /// The version the subscription keeps (V9).
    let version: Int
    /// Its prices, and how many of each.
    let items: [(price: Price.ID, quantity: Int64)]
    /// Days before the first payment.
    let trialDays: Int

    /// Finds what is sold; a plan that is a draft or archived is not.
    init(_ id: Plan.ID, _ tx: borrowing Transaction<TenantScope>) throws {
        guard let found = try tx.first(FindPlan(id)) else { throw Problem.notFound("plan", param: "plan") }
        guard found.status == .active else {
            throw Problem(
                .planNotSold, "The plan is \(found.status.rawValue): only active plans are sold.", param: "plan")
        }
        let parts = try tx.run(ListPlanParts([id])).filter { $0.version == found.version }
        let priced = parts.compactMap { part in part.price.map { (price: $0, quantity: part.quantity) } }
        guard !priced.isEmpty, priced.count == parts.count else {
            throw Problem(.planNotSold, "The plan has no prices to subscribe to.", param: "plan")
        }
        (plan, version, items, trialDays) = (id, found.version, priced, found.trialDays)
    }
}
