extension DriftItem {
    /// Why a repair in a direction makes no sense, in one sentence; nil when it does. What ended does not begin again,
    /// what is not at Stripe cannot be fetched, and what is money is only ever taken from Stripe.
    public func obstacle(to direction: Direction) -> String? {
        switch (direction, kind) {
        case (.fromStripe, .differs): nil
        case (.fromStripe, .missingAtStripe): nil
        case (.fromStripe, .missingHere): obstacleToTaking
        case (.toStripe, .differs): obstacleToTelling
        case (.toStripe, .missingAtStripe):
            objectKind == .customer
                ? nil
                : "Stripe cannot be given back a deleted \(objectKind.words); make a new one, or take it from Stripe."
        case (.toStripe, .missingHere):
            "It is not here, so there is nothing to tell Stripe: take it from Stripe, or remove it there."
        }
    }

    /// Of what Stripe has and we do not.
    private var obstacleToTaking: String? {
        switch objectKind {
        case .customer where row == nil || ours != nil:
            "Its client has another customer, or is gone: remove it at Stripe, or import it as a client."
        case .subscription where row == nil || ours != nil:
            "It was not made here: POST /v1/imports with what=subscriptions takes it over."
        case .customer, .subscription, .invoice, .product, .price, .coupon, .creditPurchase: nil
        }
    }

    /// Of what is different on both sides.
    private var obstacleToTelling: String? {
        switch (objectKind, field) {
        case (.customer, _), (.product, _), (.price, _), (.subscription, "cancel_at_period_end"): nil
        case (.subscription, _):
            "Only whether it ends with its period can be told; change, pause or cancel the subscription instead."
        case (.invoice, _): "What a bill says is Stripe's: pay, void, refund or credit it instead."
        case (.coupon, _): "A coupon never changes at Stripe: delete it, and make another."
        case (.creditPurchase, _): "What was paid is Stripe's to say."
        }
    }
}

extension DriftItem.ObjectKind {
    /// In a sentence.
    fileprivate var words: String { rawValue.split(separator: "_").joined(separator: " ") }
}
