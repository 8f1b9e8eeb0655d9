import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/coupons`: discounts (seed 1I).
enum Coupons {
    /// Newest first, without deleted ones; `status` narrows it.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "status")
        let page = try call.page(query, of: Coupon.self)
        let status = try call.queryWord(query, "status", Coupon.Status.self)
        let rows = try await call.read { tx in try tx.run(ListCoupons(page, status: status)) }
        let (coupons, hasMore) = page.cut(rows)
        return call.listed(coupons.map(json), hasMore: hasMore)
    }

    /// One.
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        try answer(call.id("coupon"), tx)
    }

    /// A new one (J1 to J9).
    static func create(_ call: Call) async throws -> Response {
        let wish = try CouponWish(call.fields(), at: call.gateway.clock.now())
        return try await call.write { actor, tx in
            try PaymentProcessors.requireConnection(tx)
            let id = Coupon.ID.new(at: actor.now)
            tx.send(InsertCoupon(id, wish))
            audit(actor, tx, "coupon.create", id.text, after: ["name": .string(wish.name)])
            let receipt = try tx.enqueue(
                PublishCoupon(coupon: id), waited: actor.isWaiting, target: ("coupon", id.rawValue))
            return .accepted(receipt, kind: PublishCoupon.kind, target: ("coupon", id.text))
        }
    }

    /// Takes one off sale; the discounts it gave stay.
    static func delete(_ call: Call) async throws -> Response {
        let id: Coupon.ID = try call.id("coupon")
        return try await call.write { actor, tx in
            guard let coupon = try tx.first(FindCoupon(id)), coupon.status != .deleted else {
                throw Problem.notFound("coupon")
            }
            audit(actor, tx, "coupon.delete", id.text)
            let receipt = try tx.enqueue(
                DeleteCoupon(coupon: id), waited: actor.isWaiting, target: ("coupon", id.rawValue))
            return .accepted(receipt, kind: DeleteCoupon.kind, target: ("coupon", id.text))
        }
    }

    /// The resource as it stands.
    static func answer(_ id: Coupon.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let coupon = try tx.first(FindCoupon(id)) else { throw Problem.notFound("coupon") }
        return json(coupon)
    }

    private static func json(_ coupon: Coupon) -> JSON {
        var percent: String?
        var amount: JSON = .null
        switch coupon.off {
        case .percent(let part): percent = part
        case .amount(let minor, let currency):
            amount = ["amount": .integer(minor), "currency": .string(currency)]
        }
        return [
            "object": "coupon", "id": .string(coupon.id.text), "name": .string(coupon.name),
            "percent_off": .text(percent), "amount_off": amount, "duration": .string(coupon.duration.rawValue),
            "duration_in_months": .number(coupon.months),
            "max_redemptions": coupon.maxRedemptions.map(JSON.integer) ?? .null,
            "redeem_by": .time(coupon.redeemBy), "times_redeemed": .integer(coupon.timesRedeemed),
            "valid": .bool(coupon.isValid), "status": .string(coupon.status.rawValue),
            "stripe_id": .text(coupon.stripeCoupon), "problem": .stored(coupon.problem),
            "metadata": .stored(coupon.metadata), "created": .time(coupon.createdAt),
            "updated": .time(coupon.updatedAt),
        ]
    }
}

extension CouponWish {
    /// Reads a coupon's form; every wrong field is told (J5).
    init(_ read: Fields, at now: Timestamp) throws {
        var fields = read
        let name = fields.required("name", .line(max: 40))
        let percent = fields.optional("percent_off", .percent)
        let amount = Self.amount(&fields)
        let duration = fields.required("duration", FieldKind<Coupon.Duration>.word)
        let months = fields.optional("duration_in_months", .integer(1...120))
        let most = fields.optional("max_redemptions", .integer(1...1_000_000_000))
        let redeemBy = fields.optional("redeem_by", .moment)
        let metadata = fields.optional("metadata", .metadata) ?? "{}"
        switch (fields.has("percent_off"), fields.has("amount_off")) {
        case (false, false): fields.refuse("percent_off", .parameterMissing, "Send percent_off or amount_off.")
        case (true, true): fields.refuse("amount_off", .invalidField, "Send percent_off or amount_off, not both.")
        default: break
        }
        switch ((try? duration()) == .repeating, months) {
        case (true, nil) where !fields.has("duration_in_months"):
            fields.refuse("duration_in_months", .parameterMissing, "A repeating coupon says for how many months.")
        case (false, _?):
            fields.refuse("duration_in_months", .invalidField, "Only a repeating coupon has duration_in_months.")
        default: break
        }
        if let redeemBy, redeemBy <= now {
            fields.refuse("redeem_by", .momentOutOfRange, "Must be in the future.")
        }
        try fields.finish()
        let off = percent.map(Coupon.Off.percent) ?? amount.map { .amount($0.amount, currency: $0.currency.code) }
        guard let off else { throw Problem(.invalidFields, "Some fields are wrong.") }
        self.init(
            name: try name(), off: off, duration: try duration(), months: months.map(Int.init), maxRedemptions: most,
            redeemBy: redeemBy, metadata: metadata)
    }

    /// `amount_off: {"amount": 500, "currency": "usd"}` (J4, J6).
    private static func amount(_ fields: inout Fields) -> Money? {
        let money = fields.nested("amount_off") { form -> Money? in
            let amount = form.required("amount", .integer(1...Money.amountMax))
            let currency = form.required("currency", .currency)
            guard let amount = try? amount(), let currency = try? currency() else { return nil }
            guard let money = try? Money(amount, currency) else {
                form.refuse("amount", .amountNotChargeable, "Stripe cannot charge this amount of \(currency.code).")
                return nil
            }
            return money
        }
        return money ?? nil
    }
}
