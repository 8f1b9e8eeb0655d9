/// Stripe's objects in full, for commands that change what runs.
extension StripeObject {
    /// A subscription with other items than the one it is sold with; `more` stands among its fields.
    static func running(
        _ id: String = "sub_1", _ status: String = "active", items: [(id: String, price: String, quantity: Int)],
        ending: Bool = false, _ more: String = ""
    ) -> String {
        let all = items.map { item in
            let price = #"{"id":"\#(item.price)","product":"prod_1","active":true,"currency":"eur"}"#
            return #"{"id":"\#(item.id)","price":\#(price),"quantity":\#(item.quantity),"#
                + #""current_period_start":1767225600,"current_period_end":1769904000}"#
        }
        let list = #"{"object":"list","data":[\#(all.joined(separator: ","))],"has_more":false}"#
        return #"{"id":"\#(id)","status":"\#(status)","customer":"cus_1","items":\#(list),"#
            + #""cancel_at_period_end":\#(ending),"latest_invoice":null,"metadata":{}\#(more)}"#
    }

    /// The schedule `sub_sched_1`: what is sold in the phase under way, or in its first, and what after it.
    static func schedule(
        _ status: String = "active", now price: String, next: String? = nil, quantity: Int = 1, taxed: Bool = false,
        metadata: String = "{}"
    ) -> String {
        func phase(_ start: Int, _ end: Int, _ price: String, _ quantity: Int) -> String {
            #"{"start_date":\#(start),"end_date":\#(end),"items":[{"price":"\#(price)","quantity":\#(quantity)}],"#
                + #""discounts":[],"trial_end":null}"#
        }
        let first = phase(1_767_225_600, 1_769_904_000, price, 1)
        let phases = [first] + [next.map { phase(1_769_904_000, 1_772_323_200, $0, quantity) }].compactMap(\.self)
        let isActive = status == "active"
        let now = isActive ? #"{"start_date":1767225600,"end_date":1769904000}"# : "null"
        return #"{"id":"sub_sched_1","status":"\#(status)","customer":"cus_1","#
            + #""subscription":\#(isActive ? #""sub_1""# : "null"),"current_phase":\#(now),"#
            + #""phases":[\#(phases.joined(separator: ","))],"#
            + #""default_settings":{"automatic_tax":{"enabled":\#(taxed)}},"metadata":\#(metadata)}"#
    }

    static func refund(_ id: String, _ amount: Int, metadata: String = "{}", intent: String = "pi_1") -> String {
        #"{"id":"\#(id)","status":"succeeded","amount":\#(amount),"currency":"eur","payment_intent":"\#(intent)","#
            + #""metadata":\#(metadata)}"#
    }

    static func creditNote(_ id: String, _ amount: Int, refunds: String = "[]", metadata: String = "{}") -> String {
        #"{"id":"\#(id)","status":"issued","invoice":"in_1","amount":\#(amount),"currency":"eur","number":"N-CN-01","#
            + #""type":"post_payment","refunds":\#(refunds),"metadata":\#(metadata)}"#
    }
}
