// Which prefix names which row. Stripe's own prefixes (cus_, sub_, in_, price_, prod_, we_) are never used.

extension Connection: Identified {
    /// Marks ids of Connection rows.
    public static let identifierPrefix = "pp"
}
extension SealedSecret: Identified {
    /// Marks ids of SealedSecret rows.
    public static let identifierPrefix = "ss"
}
extension Client: Identified {
    /// Marks ids of Client rows.
    public static let identifierPrefix = "cl"
}
extension Product: Identified {
    /// Marks ids of Product rows.
    public static let identifierPrefix = "pd"
}
extension Price: Identified {
    /// Marks ids of Price rows.
    public static let identifierPrefix = "pr"
}
extension PaymentSetup: Identified {
    /// Marks ids of PaymentSetup rows.
    public static let identifierPrefix = "ps"
}
extension Subscription: Identified {
    /// Marks ids of Subscription rows.
    public static let identifierPrefix = "sb"
}
extension SubscriptionItem: Identified {
    /// Marks ids of SubscriptionItem rows.
    public static let identifierPrefix = "si"
}
extension Invoice: Identified {
    /// Marks ids of Invoice rows.
    public static let identifierPrefix = "iv"
}
extension AccessHold: Identified {
    /// Marks ids of AccessHold rows.
    public static let identifierPrefix = "hold"
}
extension AccessTransition: Identified {
    /// Marks ids of AccessTransition rows.
    public static let identifierPrefix = "at"
}
extension Command: Identified {
    /// Marks ids of Command rows.
    public static let identifierPrefix = "cmd"
}
extension Tenant: Identified {
    /// Marks ids of Tenant rows.
    public static let identifierPrefix = "tn"
}
extension AuditEntry: Identified {
    /// Marks ids of AuditEntry rows.
    public static let identifierPrefix = "au"
}
extension Agent: Identified {
    /// Marks ids of Agent rows.
    public static let identifierPrefix = "ag"
}
extension Meter: Identified {
    /// Marks ids of Meter rows.
    public static let identifierPrefix = "mt"
}
extension PortalEvent: Identified {
    /// Marks ids of PortalEvent rows.
    public static let identifierPrefix = "ev"
}
// --- catalogue ---
extension Plan: Identified {
    /// Marks ids of Plan rows.
    public static let identifierPrefix = "pl"
}
// --- subscriptions ---
extension Coupon: Identified {
    /// Marks ids of Coupon rows.
    public static let identifierPrefix = "co"
}
extension Refund: Identified {
    /// Marks ids of Refund rows.
    public static let identifierPrefix = "rf"
}
extension CreditNote: Identified {
    /// Marks ids of CreditNote rows.
    public static let identifierPrefix = "cn"
}
// --- usage ---
extension UsageEvent: Identified {
    /// Marks ids of UsageEvent rows.
    public static let identifierPrefix = "ue"
}
extension UsageBatch: Identified {
    /// Marks ids of UsageBatch rows.
    public static let identifierPrefix = "ub"
}
extension LateCharge: Identified {
    /// Marks ids of LateCharge rows.
    public static let identifierPrefix = "lc"
}
extension UsageDrift: Identified {
    /// Marks ids of UsageDrift rows.
    public static let identifierPrefix = "ud"
}
// --- credits ---
extension CreditPurchase: Identified {
    /// Marks ids of CreditPurchase rows.
    public static let identifierPrefix = "cpu"
}
extension CreditRefund: Identified {
    /// Marks ids of CreditRefund rows.
    public static let identifierPrefix = "crf"
}
extension CreditTransaction: Identified {
    /// Marks ids of CreditTransaction rows.
    public static let identifierPrefix = "ctx"
}
extension CreditPricing: Identified {
    /// Marks ids of CreditPricing rows.
    public static let identifierPrefix = "cp"
}
extension CreditQuote: Identified {
    /// Marks ids of CreditQuote rows.
    public static let identifierPrefix = "cq"
}
extension CreditEntry: Identified {
    /// Marks ids of CreditEntry rows.
    public static let identifierPrefix = "cle"
}
extension CreditHold: Identified {
    /// Marks ids of CreditHold rows.
    public static let identifierPrefix = "crh"
}
// --- connections ---
extension Import: Identified {
    /// Marks ids of Import rows.
    public static let identifierPrefix = "im"
}
extension ImportItem: Identified {
    /// Marks ids of ImportItem rows.
    public static let identifierPrefix = "imi"
}
// --- portals ---
extension PortalKey: Identified {
    /// Marks ids of PortalKey rows.
    public static let identifierPrefix = "key"
}
extension PortalUser: Identified {
    /// Marks ids of PortalUser rows.
    public static let identifierPrefix = "pu"
}
extension Dispute: Identified {
    /// Marks ids of Dispute rows.
    public static let identifierPrefix = "ds"
}
extension BrandDomain: Identified {
    /// Marks ids of BrandDomain rows.
    public static let identifierPrefix = "dm"
}
// --- webhooks ---
extension PortalEndpoint: Identified {
    /// Marks ids of PortalEndpoint rows.
    public static let identifierPrefix = "wh"
}
extension WebhookDelivery: Identified {
    /// Marks ids of WebhookDelivery rows.
    public static let identifierPrefix = "dl"
}
// --- reconciliation ---
extension Reconciliation: Identified {
    /// Marks ids of Reconciliation rows.
    public static let identifierPrefix = "rc"
}
extension DriftItem: Identified {
    /// Marks ids of DriftItem rows.
    public static let identifierPrefix = "df"
}
