extension PortalEvent {
    /// What the portal is told of a subscription: `scheduled`, `started`, `updated`, `past_due`, `canceled`.
    public static func subscription(
        _ id: Subscription.ID, of client: Client.ID, _ word: String, status: SubscriptionStatus
    ) -> PortalEvent {
        let body = #"{"subscription":"\#(id)","client":"\#(client)","status":"\#(status.rawValue)"}"#
        return PortalEvent(type: "subscription.\(word)", subject: id.text, body: body)
    }

    /// What the portal is told of an invoice: `created`, `paid`, `payment_failed`.
    public static func invoice(
        _ id: Invoice.ID, of client: Client.ID, _ word: String, amountDue: Int64, currency: String
    ) -> PortalEvent {
        let due = #"{"amount":\#(amountDue),"currency":"\#(currency)"}"#
        let body = #"{"invoice":"\#(id)","client":"\#(client)","amount_due":\#(due)}"#
        return PortalEvent(type: "invoice.\(word)", subject: id.text, body: body)
    }
}
