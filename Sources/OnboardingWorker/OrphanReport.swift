import Billing
import FoundationEssentials
import Worker

/// What a change of the account, or of the way to it, would mean; told before anything is changed.
struct OrphanReport: Encodable {
    /// Objects of one kind that would stay behind.
    struct Kind: Encodable {
        let count: Int64
        let ids: [String]
    }

    let from: String?
    let to: String?
    let mode: String
    let possible: Bool
    let reason: String?
    let orphans: [String: Kind]
    let text: String

    /// A switch to another account, or a move that needs one.
    init(from: String?, to: String?, mode: String, leaving counts: [OrphanCount]) {
        self.from = from
        self.to = to
        self.mode = mode
        possible = true
        reason = nil
        orphans = Dictionary(uniqueKeysWithValues: counts.map { ($0.kind, Kind(count: $0.count, ids: $0.some)) })
        text =
            counts.isEmpty
            ? "Nothing of yours lives in the account that would be left."
            : "What orphans lists stays in \(from ?? "the account") and is no longer linked: subscriptions run on "
                + "there and charge until you cancel them there; invoices can only be settled, refunded and "
                + "corrected there; metering rules for one of its customers count nothing until you save them "
                + "with a customer of the new account; products are published anew; clients save their cards "
                + "anew."
    }

    /// A move that keeps the account, or the reason why there is none.
    init(from: String?, to: String?, mode: String, obstacle: String?, leaving counts: [OrphanCount]) {
        self.from = from
        self.to = to
        self.mode = mode
        possible = obstacle == nil
        reason = obstacle
        let stays = obstacle == nil ? [] : counts
        orphans = Dictionary(uniqueKeysWithValues: stays.map { ($0.kind, Kind(count: $0.count, ids: $0.some)) })
        text =
            obstacle
            ?? "It is the same account: clients, subscriptions, invoices and everything at Stripe stay as they are."
    }

    /// The command's result.
    var outcome: Outcome {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let report = String(decoding: try encoder.encode(self), as: UTF8.self)
            return .done(result: "{\"report\":\(report)}")
        }
    }
}
