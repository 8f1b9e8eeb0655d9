public import Daemon
internal import FoundationEssentials

/// What a subscription has from its next period on. A schedule at Stripe carries it out; it can be taken back until
/// then.
public struct PendingChange: Codable, Equatable, Sendable {
    /// What it has then.
    public var items: [SubscriptionItemWish]
    /// As what that is sold; nil: as what it has now.
    public var sold: SoldAs?
    /// When, unix seconds.
    public var at: Int64

    /// States it.
    public init(items: [SubscriptionItemWish], sold: SoldAs?, at: Timestamp) {
        self.items = items
        self.sold = sold
        self.at = at.seconds
    }

    /// As the column keeps it: JSON text.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// Reads what `text` wrote.
    init?(_ text: String?) {
        guard let text, let read = try? JSONDecoder().decode(PendingChange.self, from: Data(text.utf8)) else {
            return nil
        }
        self = read
    }
}
