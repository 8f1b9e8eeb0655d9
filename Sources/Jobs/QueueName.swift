/// A queue: one kind of worker executable serves each.
public enum QueueName: String, CaseIterable, Codable, Sendable {
    /// Connecting a tenant's Stripe account. Never stopped by a refused key: what proves a new key runs here.
    case onboarding
    /// Products, customers, payment setups, subscriptions.
    case subscriptions
    /// One-time invoices.
    case invoices
    /// Stripe's events and what they mean for access.
    case access
    /// Usage: attributed, added up, sent to Stripe's meters.
    case metering
    /// What the portals are told.
    case webhooks

    /// The queue's row in `jobq.queue`.
    public var id: Int16 {
        switch self {
        case .onboarding: 1
        case .subscriptions: 2
        case .invoices: 3
        case .access: 4
        case .metering: 5
        case .webhooks: 6
        }
    }

    /// The queue with that row; nil when this program does not know it.
    public init?(id: Int16) {
        guard let queue = Self.allCases.first(where: { $0.id == id }) else { return nil }
        self = queue
    }

    /// The NOTIFY channel that names tenants with new work.
    public var channel: String { "jobq_\(id)" }
}
