/// A subscription that begins later. Source: https://docs.stripe.com/api/subscription_schedules/object
public struct SubscriptionSchedule: Decodable, Sendable, Identifiable {
    /// `sub_sched_…`
    public let id: String
    /// `not_started`, `active`, `completed`, `released`, `canceled`; an open list.
    public let status: String
    /// Whose.
    public let customer: String?
    /// What it became, once it has begun.
    public let subscription: Expandable<Subscription>?
    /// The same, after it was let go.
    public let releasedSubscription: String?
    /// Ours to match by.
    public let metadata: [String: String]?
}

extension StripeCall where Answer == SubscriptionSchedule {
    /// Lets a subscription begin at a later moment and go on by itself (E10). The phase's metadata is what the
    /// subscription will carry.
    ///
    /// - Parameter phase: how long the first phase lasts, in the price's own interval.
    public static func createSchedule(
        customer: String, startAt seconds: Int64, terms: SubscriptionTerms, phase: (interval: String, count: Int64),
        metadata: [String: String]
    ) -> Self {
        var form: StripeForm = ["customer": customer]
        form.add("start_date", seconds)
        form.add("end_behavior", "release")
        form.add("billing_mode[type]", "flexible")
        form.add("default_settings[collection_method]", "charge_automatically")
        form.add("default_settings[default_payment_method]", terms.paymentMethod)
        if terms.automaticTax { form.add("default_settings[automatic_tax][enabled]", true) }
        for (index, item) in terms.items.enumerated() {
            form.add("phases[0][items][\(index)][price]", item.price)
            form.add("phases[0][items][\(index)][quantity]", item.quantity)
        }
        form.add("phases[0][discounts][0][coupon]", terms.coupon)
        form.add("phases[0][duration][interval]", phase.interval)
        form.add("phases[0][duration][interval_count]", phase.count)
        for key in metadata.keys.sorted() { form.add("phases[0][metadata][\(key)]", metadata[key]) }
        form.add(metadata: metadata)
        return post("/v1/subscription_schedules", form)
    }

    /// How it stands.
    public static func retrieveSchedule(_ id: String) -> Self { get("/v1/subscription_schedules/\(segment(id))") }

    /// Lets it never begin.
    public static func cancelSchedule(_ id: String) -> Self { post("/v1/subscription_schedules/\(segment(id))/cancel") }
}

extension StripeCall where Answer == List<SubscriptionSchedule> {
    /// A customer's schedules, to find one whose creation was answered into the void.
    public static func listSchedules(of customer: String, startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["customer": customer, "limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/subscription_schedules", form)
    }
}
