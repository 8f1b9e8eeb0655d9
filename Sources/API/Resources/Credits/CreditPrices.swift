import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/credit_pricing`: what a credit costs the client (L7 to L10), in versions (L13).
enum CreditPrices {
    /// The current one; `currency` names it where there are several: in the query, or in the body of the change that
    /// was decided on this reading.
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        let named = try currency(try call.query("currency"))
        let changed = (try? JSON.parse(call.request.body))?["currency"]?.stringValue.flatMap(Currency.init)
        return try json(try current(named ?? changed, tx), seenIn: tx)
    }

    /// Every version, newest first.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "currency")
        let page = try call.page(query, of: CreditPricing.self)
        let currency = try currency(query)
        return try await call.read { tx in
            let (versions, hasMore) = page.cut(try tx.run(ListCreditPricing(page, currency: currency)))
            return call.listed(try versions.map { try json($0, seenIn: tx) }, hasMore: hasMore)
        }
    }

    /// A new version, which counts at once. What was bought before stays as it was bought.
    static func save(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let agencyCost = fields.required("agency_cost", .creditCost)
        let currency = fields.required("currency", .currency)
        let least = fields.optional("min_purchase", .integer(1...Money.amountMax))
        let most = fields.optional("max_purchase", .integer(1...Money.amountMax))
        let packages = fields.optional("packages", .integers(1...Money.amountMax, count: 0...20)) ?? []
        if let currency = try? currency() { check(least, most, packages, currency, &fields) }
        try fields.finish()
        let wish = try wish(currency(), agencyCost(), least, most, packages)
        return try await call.write { actor, tx in
            tx.send(LockCreditPricing())
            let before = try tx.run(ListCurrentCreditPricing(currency: wish.currency)).first
            let base = try tx.first(FindPlatformCost(currency: wish.currency)) ?? .zero
            guard base + wish.agencyCost > .zero else {
                throw Problem(.amountNotChargeable, "A credit must cost something.", param: "agency_cost")
            }
            if let before, wish.isLike(before, base: base) { return .finished(.ok, json(before)) }
            if let before { tx.send(MarkCreditPricingSuperseded(before.id)) }
            let id = CreditPricing.ID.new(at: actor.now)
            tx.send(InsertCreditPricing(id, version: (before?.version ?? 0) + 1, wish, base: base))
            let after = try tx.one(FindCreditPricing(id))
            audit(
                actor, tx, "credit_pricing.save", id.text, before: before.map(terms), after: terms(after))
            return .finished(.ok, json(after))
        }
    }

    /// The current price; refused when there is none, or several and none is named.
    static func current(_ currency: Currency?, _ tx: borrowing Transaction<TenantScope>) throws -> CreditPricing {
        let all = try tx.run(ListCurrentCreditPricing(currency: currency))
        guard let pricing = all.first else {
            let which = currency.map { " in \($0.code)" } ?? ""
            throw Problem(
                .creditPricingMissing, "No price of a credit\(which) is set yet: PUT /v1/credit_pricing.",
                param: currency == nil ? nil : "currency")
        }
        guard all.count == 1 else {
            let codes = all.map(\.currency.code).joined(separator: ", ")
            throw Problem(.invalidCombination, "There are prices in \(codes): say which.", param: "currency")
        }
        return pricing
    }

    /// What a client's people see is what they pay (L10): who earns how much of it is none of their business.
    private static func json(
        _ pricing: CreditPricing, seenIn tx: borrowing Transaction<TenantScope>
    ) throws -> JSON {
        let whole = json(pricing)
        guard try tx.one(FindActingClient()) != nil, case .object(var body) = whole else { return whole }
        body["base_cost"] = .null
        body["agency_cost"] = .null
        return .object(body)
    }

    /// How a version looks outside.
    static func json(_ pricing: CreditPricing) -> JSON {
        let code = JSON.string(pricing.currency.code)
        return .object([
            "object": "credit_pricing", "id": .string(pricing.id.text), "version": .number(pricing.version),
            "status": pricing.supersededAt == nil ? "current" : "superseded", "currency": code,
            "base_cost": .string(pricing.baseCost.text), "agency_cost": .string(pricing.agencyCost.text),
            "final_cost": .string(pricing.finalCost.text),
            "min_purchase": ["amount": .integer(pricing.minPurchase), "currency": code],
            "max_purchase": ["amount": .integer(pricing.maxPurchase), "currency": code],
            "packages": .array(pricing.packages.map { package($0, pricing) }),
            "examples": .array(pricing.exampleAmounts.compactMap { pricing.sentence(for: $0).map(JSON.string) }),
            "effective_from": .time(pricing.effectiveFrom), "superseded_at": .time(pricing.supersededAt),
        ])
    }

    private static func package(_ amount: Int64, _ pricing: CreditPricing) -> JSON {
        let credits = (try? Money(amount, pricing.currency)).flatMap(pricing.credits)
        return [
            "amount": .integer(amount), "currency": .string(pricing.currency.code), "credits": .text(credits?.text),
            "text": .text(pricing.sentence(for: amount)),
        ]
    }

    private static func terms(_ pricing: CreditPricing) -> JSON {
        [
            "version": .number(pricing.version), "currency": .string(pricing.currency.code),
            "base_cost": .string(pricing.baseCost.text), "agency_cost": .string(pricing.agencyCost.text),
            "final_cost": .string(pricing.finalCost.text), "min_purchase": .integer(pricing.minPurchase),
            "max_purchase": .integer(pricing.maxPurchase), "packages": .array(pricing.packages.map(JSON.integer)),
        ]
    }

    private static func currency(_ query: HTTPQuery) throws -> Currency? {
        guard let text = query["currency"] else { return nil }
        guard let currency = Currency(text) else {
            throw Problem(.invalidQuery, "currency must be the three-letter code of a currency.", param: "currency")
        }
        return currency
    }

    /// One of the currency at least and ten thousand at most, unless the agency says otherwise.
    private static func wish(
        _ currency: Currency, _ cost: CreditCost, _ least: Int64?, _ most: Int64?, _ packages: [Int64]
    ) -> CreditPricingWish {
        let unit: Int64 = [0: 100, 3: 1_000][currency.exponent] ?? 100
        let from = least ?? min(unit, most ?? unit)
        let to = most ?? max(from, unit * 10_000)
        return CreditPricingWish(
            currency: currency, agencyCost: cost, minPurchase: from, maxPurchase: to, packages: packages)
    }

    private static func check(
        _ least: Int64?, _ most: Int64?, _ packages: [Int64], _ currency: Currency, _ fields: inout Fields
    ) {
        let amounts = [("min_purchase", least), ("max_purchase", most)] + packages.map { ("packages", Optional($0)) }
        for case (let name, let amount?) in amounts where (try? Money(amount, currency)) == nil {
            fields.refuse(
                name, .amountNotChargeable, "Amounts in \(currency.code) are multiples of \(currency.step) minor units."
            )
            return
        }
        let range = wish(currency, .zero, least, most, [])
        if range.minPurchase > range.maxPurchase {
            fields.refuse("max_purchase", .invalidCombination, "Must not be less than min_purchase.")
        }
        if packages.contains(where: { $0 < range.minPurchase || $0 > range.maxPurchase }) {
            fields.refuse("packages", .invalidCombination, "A package must be one that can be bought.")
        }
    }
}
