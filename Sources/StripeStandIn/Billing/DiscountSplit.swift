import HTTPTypes

/// What discounts take from lines: one after the other, each from what the one before left.
struct DiscountSplit {
    /// A discount and what it takes, minor units.
    typealias Share = (id: String, amount: Int64)

    /// By line.
    private(set) var shares: [[Share]]
    /// By discount, in their order.
    private(set) var taken: [Share] = []

    /// Splits discounts over lines; credits, and lines that are not discountable, are left as they are.
    init(_ discounts: [JSONObject], over lines: [JSONObject], in books: Books) {
        shares = [[Share]](repeating: [], count: lines.count)
        var left = lines.map { $0.flag("discountable") ? max(0, $0.whole("subtotal") ?? 0) : 0 }
        for discount in discounts {
            guard let coupon = Coupons.of(discount, in: books) else { continue }
            let products = coupon.list("+applies_to", "products")
            let open = zip(lines, left).map { line, amount in
                products.isEmpty || products.contains(line.value("pricing", "price_details", "product") ?? .null)
                    ? amount : 0
            }
            let parts = Self.split(coupon, over: open)
            for (index, part) in parts.enumerated() where part > 0 {
                left[index] -= part
                shares[index].append((discount.id, part))
            }
            taken.append((discount.id, parts.reduce(0, +)))
        }
    }

    private static func split(_ coupon: JSONObject, over amounts: [Int64]) -> [Int64] {
        if let percent = percent(of: coupon) {
            return amounts.map { min($0, DecimalAmount(scaled: percent.scaled * Int128($0) / 100).rounded) }
        }
        // A fixed amount is spread as the lines weigh; the last one takes what rounding left.
        let sum = amounts.reduce(0, +)
        let off = min(coupon.whole("amount_off") ?? 0, sum)
        guard sum > 0 else { return amounts }
        var left = off
        var parts = amounts.map { PriceMath.share(of: off, seconds: $0, outOf: sum) }
        for index in parts.indices {
            parts[index] = min(parts[index], left, amounts[index])
            left -= parts[index]
        }
        for index in parts.indices.reversed() where left > 0 {
            let more = min(left, amounts[index] - parts[index])
            parts[index] += more
            left -= more
        }
        return parts
    }

    private static func percent(of coupon: JSONObject) -> DecimalAmount? {
        switch coupon.value("percent_off") {
        case .integer(let whole): DecimalAmount(whole)
        case .decimal(let text): DecimalAmount(text)
        default: nil
        }
    }

    /// The amounts as invoices and lines show them.
    static func amounts(_ list: [Share]) -> JSON {
        .array(list.map { ["amount": .integer($0.amount), "discount": .string($0.id)] })
    }

    /// The amounts as reductions before tax.
    static func pretax(_ list: [Share]) -> JSON {
        .array(list.map { ["amount": .integer($0.amount), "discount": .string($0.id), "type": "discount"] })
    }
}
