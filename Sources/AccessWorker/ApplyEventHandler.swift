import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Looks at the object a received event names and records what it finds there. The event itself is only a hint: it may
/// be old, doubled or out of order (F2), so no state is ever taken from it.
struct ApplyEventHandler: StripeHandler {
    func intend(_ work: ApplyEvent, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let event = try tx.first(FindEvent(work.event)), !event.isOver else {
            return .finish(.done("event", "known"))
        }
        tx.send(MarkEventSeen(at: event.created))
        let refresh = EventRefresh(work.event, event, job)
        if event.type.hasPrefix("account.") || event.type == "capability.updated" {
            return .finish(try refresh.account(tx))
        }
        if event.type == "tax.settings.updated" { return .finish(try refresh.examine(tx)) }
        guard let object = event.object else { return .finish(refresh.ignore(tx)) }
        switch event.objectKind {
        case "subscription": return .call(refresh.subscription(object))
        case "invoice": return .call(refresh.invoice(object))
        case "customer": return .call(refresh.customer(object))
        case "checkout.session": return .call(refresh.checkoutSession(object))
        case "dispute": return .call(refresh.dispute(object))
        case "setup_intent": return .call(refresh.setupIntent(object))
        case "payout": return .call(refresh.payout(object))
        case "product": return .call(refresh.product(object))
        case "price": return .call(refresh.price(object))
        case "billing.meter": return .call(refresh.meter(object))
        case "payment_intent": return .finish(try refresh.lookAtPurchase(of: object, tx))
        case "charge": return .call(refresh.charge(object))
        case "refund": return .call(refresh.refund(object))
        case "coupon": return .call(refresh.coupon(object))
        case "subscription_schedule": return .call(refresh.schedule(object))
        case "credit_note": return .call(refresh.creditNote(object))
        case "payment_method":
            // A detached card no longer says whose it was.
            guard let customer = try event.customer ?? tx.first(FindCustomerByPaymentMethod(object)) else {
                return .finish(refresh.ignore(tx))
            }
            return .call(refresh.customer(customer))
        default: return .finish(refresh.ignore(tx))
        }
    }
}
