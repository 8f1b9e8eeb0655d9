public import Daemon
internal import FoundationEssentials
public import Jobs
public import Postgres

extension Transaction where Scope == TenantScope {
    /// What differs between some of Stripe's objects, all of one kind, and our rows. `moment` is before they were asked
    /// for: a row that was changed since is not settled.
    public func differences(
        of kind: DriftItem.ObjectKind, _ objects: [SeenObject], askedAt moment: Timestamp
    ) throws -> [Difference] {
        guard !objects.isEmpty else { return [] }
        let text = try SeenObject.text(of: objects)
        return switch kind {
        case .customer: try run(CompareCustomers(text, askedAt: moment))
        case .subscription: try run(CompareSubscriptions(text, askedAt: moment))
        case .invoice: try run(CompareInvoices(text, askedAt: moment))
        case .product: try run(CompareProducts(text, askedAt: moment))
        case .price: try run(ComparePrices(text, askedAt: moment))
        case .coupon: try run(CompareCoupons(text, askedAt: moment))
        case .creditPurchase: try run(ComparePayments(text, askedAt: moment))
        }
    }

    /// Begins a walk, unless one runs already: then it gives false. A walk whose command was given up does not count.
    public func begin(_ walk: Reconciliation.ID, _ cause: Reconciliation.Cause) throws -> Bool {
        send(MarkReconciliationsLost())
        return try first(InsertReconciliation(walk, cause)) != nil
    }
}
