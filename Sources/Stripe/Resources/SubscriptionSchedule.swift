/// What steers a subscription: one that begins later, or one that changes with its next period.
///
/// Source: https://docs.stripe.com/api/subscription_schedules/object
public struct SubscriptionSchedule: Decodable, Sendable, Identifiable {
    /// A stretch of time and what is sold in it.
    public struct Phase: Decodable, Sendable {
        /// One price of it.
        public struct Item: Decodable, Sendable {
            /// Which price.
            public let price: Expandable<Price>
            /// Nil for metered prices.
            public let quantity: Int64?
        }

        /// One discount of it, by whichever name it was given.
        public struct Discount: Decodable, Sendable {
            /// A new one of this coupon.
            public let coupon: String?
            /// One that is at work already, `di_…`.
            public let discount: String?
            /// A new one of this code.
            public let promotionCode: String?
        }

        /// Unix seconds.
        public let startDate: Int64
        /// Unix seconds.
        public let endDate: Int64
        /// Its prices.
        public let items: [Item]
        /// Its discounts.
        public let discounts: [Discount]?
        /// Until when nothing is paid, unix seconds.
        public let trialEnd: Int64?
    }

    /// The stretch of time under way.
    public struct CurrentPhase: Decodable, Sendable {
        /// Unix seconds.
        public let startDate: Int64
        /// Unix seconds.
        public let endDate: Int64
    }

    /// What its phases have unless they say otherwise.
    public struct DefaultSettings: Decodable, Sendable {
        /// Tax by the customer's address.
        public let automaticTax: Subscription.AutomaticTax?
    }

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
    /// The phase under way.
    public let currentPhase: CurrentPhase?
    /// Its phases.
    public let phases: [Phase]?
    /// What they have unless they say otherwise.
    public let defaultSettings: DefaultSettings?
    /// Ours to match by.
    public let metadata: [String: String]?

    /// The subscription it steers or steered.
    public var steered: String? { subscription?.id ?? releasedSubscription }
    /// The phase under way, with what is sold in it.
    public var phaseNow: Phase? { phases?.first { $0.startDate == currentPhase?.startDate } }
}

extension StripeCall where Answer == SubscriptionSchedule {
    /// Lets a subscription begin at a later moment and go on by itself (E10). The phase's metadata is what the
    /// subscription will carry. A trial is the whole first phase.
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
        form.add(phase: terms, lasting: phase, under: "phases[0]", metadata: metadata)
        form.add(metadata: metadata)
        return post("/v1/subscription_schedules", form)
    }

    /// Lets it begin with other terms, or on another day; for one that has not begun. Its own metadata stays.
    ///
    /// - Parameter phase: how long the first phase lasts, in the price's own interval.
    public static func changeSchedule(
        _ id: String, startAt seconds: Int64, terms: SubscriptionTerms, phase: (interval: String, count: Int64),
        metadata: [String: String]
    ) -> Self {
        var form: StripeForm = [:]
        form.add("default_settings[automatic_tax][enabled]", terms.automaticTax)
        form.add("phases[0][start_date]", seconds)
        form.add(phase: terms, lasting: phase, under: "phases[0]", metadata: metadata)
        return post("/v1/subscription_schedules/\(segment(id))", form)
    }

    /// Takes a running subscription over as it is; nothing else may be said in this call.
    public static func createSchedule(from subscription: String) -> Self {
        post("/v1/subscription_schedules", ["from_subscription": subscription])
    }

    /// What is sold now is sold until the phase under way ends, other terms after it, and then it goes on by itself.
    /// Nothing is prorated. Discounts and trial stay: a phase that does not name them would take them off.
    ///
    /// - Parameter period: how long a period of the other terms is.
    public static func planChange(
        of schedule: String, after now: SubscriptionSchedule.Phase, to terms: SubscriptionTerms,
        period: (interval: String, count: Int64)
    ) -> Self {
        var form: StripeForm = ["end_behavior": "release", "proration_behavior": "none"]
        form.add("phases[0][start_date]", now.startDate)
        form.add("phases[0][end_date]", now.endDate)
        form.add(items: now.items.map { .init(price: $0.price.id, quantity: $0.quantity) }, under: "phases[0]")
        form.add("phases[0][trial_end]", now.trialEnd)
        form.add(items: terms.items, under: "phases[1]")
        form.add("phases[1][duration][interval]", period.interval)
        form.add("phases[1][duration][interval_count]", period.count)
        form.add("phases[1][proration_behavior]", "none")
        for phase in 0...1 {
            form.add("phases[\(phase)][automatic_tax][enabled]", terms.automaticTax)
            for (index, discount) in (now.discounts ?? []).enumerated() {
                let name = "phases[\(phase)][discounts][\(index)]"
                if let known = discount.discount {
                    form.add("\(name)[discount]", known)
                } else {
                    form.add("\(name)[coupon]", discount.coupon)
                    form.add("\(name)[promotion_code]", discount.promotionCode)
                }
            }
        }
        return post("/v1/subscription_schedules/\(segment(schedule))", form)
    }

    /// With another saved card: the schedule has one of its own, and would bring it back with its next phase.
    public static func setPaymentMethod(ofSchedule id: String, to paymentMethod: String) -> Self {
        post(
            "/v1/subscription_schedules/\(segment(id))", ["default_settings[default_payment_method]": paymentMethod])
    }

    /// How it stands.
    public static func retrieveSchedule(_ id: String) -> Self { get("/v1/subscription_schedules/\(segment(id))") }

    /// Lets it never begin.
    public static func cancelSchedule(_ id: String) -> Self { post("/v1/subscription_schedules/\(segment(id))/cancel") }

    /// Takes it off its subscription, which goes on as it is.
    public static func releaseSchedule(_ id: String) -> Self {
        post("/v1/subscription_schedules/\(segment(id))/release")
    }
}

extension StripeForm {
    /// The first phase of a subscription that begins later: the phase's metadata is what the subscription will carry, a
    /// trial is the whole phase, and a phase that names no discount has none.
    mutating func add(
        phase terms: SubscriptionTerms, lasting phase: (interval: String, count: Int64), under name: String,
        metadata: [String: String] = [:]
    ) {
        add(items: terms.items, under: name)
        add("\(name)[discounts][0][coupon]", terms.coupon)
        if terms.trialDays != nil { add("\(name)[trial]", true) }
        add("\(name)[duration][interval]", terms.trialDays == nil ? phase.interval : "day")
        add("\(name)[duration][interval_count]", terms.trialDays ?? phase.count)
        for key in metadata.keys.sorted() { add("\(name)[metadata][\(key)]", metadata[key]) }
    }

    fileprivate mutating func add(items: [SubscriptionTerms.Item], under name: String) {
        for (index, item) in items.enumerated() {
            add("\(name)[items][\(index)][price]", item.price)
            add("\(name)[items][\(index)][quantity]", item.quantity)
        }
    }
}

extension StripeCall where Answer == List<SubscriptionSchedule> {
    /// A customer's schedules, to find one whose creation was answered into the void.
    public static func listSchedules(of customer: String, startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["customer": customer, "limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/subscription_schedules", form)
    }
}
