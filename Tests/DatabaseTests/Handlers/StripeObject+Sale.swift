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

    static func refund(_ id: String, _ amount: Int, metadata: String = "{}", intent: String = "pi_1") -> String {
        #"{"id":"\#(id)","status":"succeeded","amount":\#(amount),"currency":"eur","payment_intent":"\#(intent)","#
            + #""metadata":\#(metadata)}"#
    }

    static func creditNote(_ id: String, _ amount: Int, refunds: String = "[]", metadata: String = "{}") -> String {
        #"{"id":"\#(id)","status":"issued","invoice":"in_1","amount":\#(amount),"currency":"eur","number":"N-CN-01","#
            + #""type":"post_payment","refunds":\#(refunds),"metadata":\#(metadata)}"#
    }
}
