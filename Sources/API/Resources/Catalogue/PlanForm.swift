import Billing
import HTTPTypes

/// What a plan is made of, as the portal's form says it.
struct PlanForm: Sendable {
    /// A price by one of its ids.
    enum Reference: Equatable, Sendable {
        case ours(Price.ID)
        case stripe(String)
    }

    /// Nil where the form is silent.
    let prices: [(param: String, reference: Reference, quantity: Int64)]?
    let quotas: [Quota]?
    let trialDays: Int?

    /// Reads the fields.
    init(_ fields: inout Fields) {
        trialDays = fields.optional("trial_days", .integer(0...730)).map { Int($0) }
        var prices: [(String, Reference, Int64)] = []
        if let pasted = fields.optional("price_id", .priceReference) { prices.append(("price_id", pasted, 1)) }
        let hasList = fields.has("prices")
        if hasList, fields.has("price_id") {
            fields.refuse("prices", .invalidField, "Say price_id or prices, not both.")
        }
        if hasList {
            let listed = fields.list("prices", count: 0...20) { item in
                (
                    item.required("price", .priceReference), item.optional("quantity", .integer(1...1_000_000)) ?? 1
                )
            }
            for (index, item) in listed.enumerated() {
                guard let reference = try? item.0() else { continue }
                prices.append(("prices[\(index)].price", reference, item.1))
            }
        }
        self.prices = hasList || fields.has("price_id") ? prices : nil
        guard fields.has("quotas") else {
            quotas = nil
            return
        }
        let read = fields.list("quotas", count: 0...100) { Self.quota(&$0) }.compactMap(\.self)
        if Set(read.map(\.feature)).count != read.count {
            fields.refuse("quotas", .invalidCombination, "A feature stands in the list twice.")
        }
        quotas = read
    }

    private static func quota(_ item: inout Fields) -> Quota? {
        let feature = item.required("feature", .feature)
        let kind = item.required("type", FieldKind<Quota.Kind>.word)
        let limit = item.optional("limit", .integer(0...1_000_000_000_000))
        let soft = item.optional("soft_limit", .integer(0...1_000_000_000_000))
        let reset = item.optional("reset", FieldKind<Quota.Reset>.word) ?? .never
        let overage = item.optional("overage", FieldKind<Quota.Overage>.word) ?? .block
        guard let feature = try? feature(), let kind = try? kind() else { return nil }
        if let soft, let limit, soft > limit {
            item.refuse("soft_limit", .invalidCombination, "The soft limit is at most the limit.")
        }
        switch kind {
        case .boolean:
            if let limit, limit > 1 { item.refuse("limit", .invalidField, "A boolean is 0 or 1.") }
            if soft != nil { item.refuse("soft_limit", .invalidField, "A boolean has no soft limit.") }
            if reset != .never { item.refuse("reset", .invalidField, "A boolean does not begin anew.") }
            if overage != .block { item.refuse("overage", .invalidField, "A boolean has nothing beyond it.") }
        case .static where reset != .never:
            item.refuse("reset", .invalidField, "A static limit does not begin anew; metered ones do.")
        case .static, .metered: break
        }
        return Quota(feature: feature, kind: kind, limit: limit, softLimit: soft, reset: reset, overage: overage)
    }
}

extension FieldKind where Value == PlanForm.Reference {
    /// `pr_…`, ours, or `price_…`, as Stripe's own action menu copies it (B21).
    static var priceReference: FieldKind {
        FieldKind { json throws(Refusal) in
            let refusal = Refusal(
                code: .invalidPriceID,
                detail: "Must be a price: price_…, from the product's menu in Stripe, or pr_…. (prod_… is a product.)")
            guard let text = json.stringValue, text.utf8.count <= 255 else { throw refusal }
            if let ours = Price.ID(text) { return .ours(ours) }
            let rest = text.dropFirst("price_".count)
            let isPlain = rest.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
            }
            guard text.hasPrefix("price_"), !rest.isEmpty, isPlain else { throw refusal }
            return .stripe(text)
        }
    }
}

extension FieldKind where Value == String {
    /// The tenant's own word for something a plan grants.
    static var feature: FieldKind {
        FieldKind { json throws(Refusal) in
            guard let text = json.stringValue, (1...100).contains(text.utf8.count),
                text.utf8.allSatisfy({
                    (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || [0x5F, 0x2D, 0x2E].contains($0)
                })
            else {
                throw Refusal(detail: "Must be a word of 1 to 100 of a-z, 0-9, _, - and dots, like workspaces.")
            }
            return text
        }
    }
}
