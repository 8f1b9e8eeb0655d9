import HTTPTypes

/// Updates that wait until their invoice is paid.
extension Engine {
    /// The invoice of a waiting update was paid: the update happens.
    func applyPendingUpdate(of id: String, paid invoice: String) {
        guard let subscription = books.find(id), subscription.value("pending_update") != nil,
            subscription.text("latest_invoice") == invoice, let after = subscription.object("_pending")
        else { return }
        let applied = books.update(id, event: "customer.subscription.updated") { subscription in
            subscription.copy(["items", "billing_cycle_anchor", "trial_start", "trial_end"], from: after)
            if after.text("status") == "trialing" { subscription["status"] = "trialing" }
            subscription["pending_update"] = .null
            subscription.remove("_pending")
        }
        books.emit("customer.subscription.pending_update_applied", applied)
    }

    /// A waiting update was not paid within its day: it is forgotten, and its invoice void.
    func expirePendingUpdate(of subscription: JSONObject) {
        let expired = books.update(subscription.id, event: "customer.subscription.updated") { subscription in
            subscription["pending_update"] = .null
            subscription.remove("_pending")
        }
        books.emit("customer.subscription.pending_update_expired", expired)
        if let invoice = subscription.text("latest_invoice") { void(invoice) }
    }
}
