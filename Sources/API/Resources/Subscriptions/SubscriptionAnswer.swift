import Billing
import HTTPTypes
import Jobs
import Postgres

/// How subscriptions look outside.
enum SubscriptionAnswer {
    /// With their items, agents and warnings.
    static func all(
        _ subscriptions: [Subscription], _ tx: borrowing Transaction<TenantScope>
    ) throws -> [JSON] {
        let ids = subscriptions.map(\.id)
        let items = try tx.run(ListItemsOf(ids))
        let agents = try tx.run(ListSubscriptionAgents(of: ids))
        let left = Set(try tx.run(ListLeftUnpaid(among: ids)))
        return subscriptions.map { subscription in
            json(
                subscription, items.filter { $0.subscription == subscription.id },
                agents.filter { $0.subscription == subscription.id }.map(\.agent),
                isLeftUnpaid: left.contains(subscription.id))
        }
    }

    private static func json(
        _ subscription: Subscription, _ items: [SubscriptionItem], _ agents: [Agent.ID], isLeftUnpaid: Bool
    ) -> JSON {
        var body: JSONObject = [
            "object": "subscription", "id": .string(subscription.id.text), "client": .string(subscription.client.text),
            "status": .string(subscription.status.rawValue), "items": .array(items.map(json)),
            "agents": .array(agents.map { .string($0.text) }), "product": .text(subscription.product?.text),
            "start_at": .time(subscription.startAt), "current_period_start": .time(subscription.currentPeriodStart),
            "current_period_end": .time(subscription.currentPeriodEnd),
        ]
        body["plan"] = planned(subscription.plan, subscription.planVersion)
        body["trial_days"] = .number(subscription.trialDays)
        body["trial_end"] = .time(subscription.trialEnd)
        body["pending_change"] = pending(subscription)
        // The page's buttons: Add or Remove Coupon (J12), Enable or Disable Tax Collection (K4).
        body["coupon"] = .text(subscription.coupon?.text)
        body["discounts"] = .stored(subscription.discounts)
        body["automatic_tax"] = [
            "enabled": .bool(subscription.collectsTax), "disabled_reason": .text(subscription.taxDisabledReason),
        ]
        body["schedule_stripe_id"] = .text(subscription.stripeSchedule)
        body["cancel_at_period_end"] = .bool(subscription.cancelAtPeriodEnd)
        body["cancel_at"] = .time(subscription.cancelAt)
        body["pause"] =
            subscription.pauseBehavior.map {
                ["behavior": .string($0.rawValue), "resumes_at": .time(subscription.pauseResumesAt)]
            } ?? .null
        body["dunning"] =
            subscription.blockOn.map {
                ["block_on": .string($0.rawValue), "grace_days": .number(subscription.graceDays)]
            } ?? .null
        body["cancellation_reason"] = .text(subscription.cancellationReason?.rawValue)
        body["latest_invoice_stripe_id"] = .text(subscription.latestInvoice)
        body["canceled_at"] = .time(subscription.canceledAt)
        body["ended_at"] = .time(subscription.endedAt)
        body["warnings"] = isLeftUnpaid ? [leftUnpaid] : []
        body["problem"] = .stored(subscription.problem)
        body["stripe_id"] = .text(subscription.stripeSubscription)
        body["metadata"] = .stored(subscription.metadata)
        body["created"] = .time(subscription.createdAt)
        body["updated"] = .time(subscription.updatedAt)
        return .object(body)
    }

    /// The plan in the version it was sold in.
    private static func planned(_ plan: Plan.ID?, _ version: Int?) -> JSON {
        plan.map { ["id": .string($0.text), "version": .number(version)] } ?? .null
    }

    /// What it has from its next period on; null: what it has now.
    static func pending(_ subscription: Subscription) -> JSON {
        guard let change = subscription.pendingChange else { return .null }
        let sold =
            change.sold
            ?? SoldAs(
                plan: subscription.plan, planVersion: subscription.planVersion, product: subscription.product)
        return [
            "at": .integer(change.at), "plan": planned(sold.plan, sold.planVersion),
            "product": .text(sold.product?.text),
            "items": .array(
                change.items.map { item in
                    [
                        "price": .string(item.price.text), "quantity": .integer(item.quantity),
                        "analysis_field": .text(item.analysisField),
                    ]
                }),
        ]
    }

    private static func json(_ item: SubscriptionItem) -> JSON {
        [
            "object": "subscription_item", "id": .string(item.id.text), "price": .string(item.price.text),
            "quantity": .integer(item.quantity), "analysis_field": .text(item.analysisField),
            "stripe_id": .text(item.stripeItem),
        ]
    }

    /// Stripe gave up and left it as it is, instead of canceling it as the checklist asks (G6).
    private static let leftUnpaid: JSON = [
        "code": "left_unpaid",
        "detail": .string(
            "Stripe gave up collecting and left the subscription unpaid instead of canceling it, so the client is not "
                + "blocked by its end. In Stripe: Settings → Billing → Subscriptions and emails → Manage failed "
                + "payments → cancel the subscription."),
        "url": "https://dashboard.stripe.com/settings/billing/automatic",
    ]
}
