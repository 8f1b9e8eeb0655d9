import Billing
import FoundationEssentials
import Jobs
import Postgres
import Worker

/// Carries out a confirmed import, two hundred items a turn. It asks Stripe nothing: what has to be looked at follows
/// by the same commands that follow an event.
struct ApplyImportHandler: StripeHandler {
    func intend(_ work: ApplyImport, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let found = try tx.first(FindImportCursor(work.intake)), found.status == .applying else {
            return .finish(.done("applied", "already"))
        }
        guard !found.isElsewhere else { return .finish(.leave(work.intake, tx)) }
        let items = try tx.run(ListItemsToApply(work.intake))
        for item in items { try apply(item, found.what, job, tx) }
        if items.isEmpty {
            tx.send(MarkImportDone(work.intake))
            return .finish(.done("applied", "yes"))
        }
        return .finish(.snooze(.zero, JobFailure(code: "applying", message: "more items are to be carried out")))
    }

    private func apply(
        _ item: ImportItem, _ what: Import.What, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        guard let decision = item.decision, decision != .skip else {
            return tx.send(MarkItemApplied(item.id, .skipped))
        }
        switch what {
        case .customers: try applyCustomer(item, decision, job, tx)
        case .subscriptions: try applySubscription(item, job, tx)
        case .products: try applyProduct(item, job, tx)
        }
    }

    private func applyCustomer(
        _ item: ImportItem, _ decision: ImportItem.Decision, _ job: JobContext,
        _ tx: borrowing Transaction<TenantScope>
    ) throws {
        let row: UUID?
        if decision == .link {
            row = try item.row.flatMap {
                try tx.first(MarkClientLinked(Client.ID(rawValue: $0), customer: item.stripeID))
            }
        } else {
            row = try tx.first(InsertImportedClient(item.id, as: .new(at: job.now)))
        }
        guard let row else { return taken(item, tx) }
        tx.send(MarkItemApplied(item.id, decision == .link ? .linked : .created, row: row))
        try look("customer.updated", "customer", item.stripeID, customer: item.stripeID, job, tx)
    }

    private func applySubscription(
        _ item: ImportItem, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        let id = Subscription.ID.new(at: job.now)
        guard try tx.first(InsertImportedSubscription(item.id, as: id)) != nil else { return taken(item, tx) }
        tx.send(InsertImportedItems(item.id, of: id))
        tx.send(MarkItemApplied(item.id, .created, row: id.rawValue))
        try look("customer.subscription.updated", "subscription", item.stripeID, customer: nil, job, tx)
    }

    /// A product and its prices come in by the mirror that brings what is made in Stripe's own dashboard.
    private func applyProduct(
        _ item: ImportItem, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        try look("product.updated", "product", item.stripeID, customer: nil, job, tx)
        for price in Facts(item.facts).prices {
            try look("price.updated", "price", price, customer: nil, job, tx)
        }
        tx.send(MarkItemApplied(item.id, .created))
    }

    /// Has an object looked at as if an event had told of it: one of ours, under a name no event of Stripe's has.
    private func look(
        _ type: String, _ kind: String, _ object: String, customer: String?, _ job: JobContext,
        _ tx: borrowing Transaction<TenantScope>
    ) throws {
        let event = ReceivedEvent(
            id: "import_\(job.command.text)_\(object)", type: type, objectKind: kind, object: object,
            customer: customer, apiVersion: nil, created: job.now)
        guard try tx.first(InsertSweptEvent(event)) != nil else { return }
        try job.enqueue(ApplyEvent(event: event.id, customer: customer, object: object), tx)
    }

    private func taken(_ item: ImportItem, _ tx: borrowing Transaction<TenantScope>) {
        let refusal = Refusal("changed_meanwhile", "One of both sides was linked otherwise after the report was made.")
        tx.send(MarkItemApplied(item.id, .failed, problem: refusal.json))
    }
}

/// What an item's facts say of its prices.
private struct Facts: Decodable {
    let prices: [String]

    private enum CodingKeys: String, CodingKey { case prices }

    init(_ text: String) {
        let found = try? JSONDecoder().decode(Facts.self, from: Data(text.utf8))
        prices = found?.prices ?? []
    }

    init(from decoder: any Decoder) throws {
        prices = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent([String].self, forKey: .prices) ?? []
    }
}
