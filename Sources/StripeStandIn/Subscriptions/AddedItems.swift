import HTTPTypes

/// `add_invoice_items`: one-time prices that come with the next invoice of a subscription.
enum AddedItems {
    /// Makes the invoice items; they wait for the invoice.
    static func add(_ given: JSON?, to subscription: JSONObject, in books: Books) throws(Refusal) {
        let now = books.now(on: subscription.text("test_clock"))
        for (index, given) in (given?.arrayValue ?? []).compactMap(\.objectValue).enumerated() {
            let param = "add_invoice_items[\(index)]"
            for name in ["discounts", "tax_rates"] where given[name] != nil {
                throw .unsupported("\(name) of an added item", param: "\(param)[\(name)]")
            }
            let price = try price(given, at: param, in: books)
            guard price.text("currency") == subscription.text("currency") else {
                throw .invalid(
                    "The price specified only supports `\(price.text("currency") ?? "")`. This doesn't match the "
                        + "expected currency: `\(subscription.text("currency") ?? "")`.", param: "\(param)[price]")
            }
            let quantity = given.whole("quantity") ?? 1
            var item = books.blank("invoiceitem", prefix: "ii")
            item["amount"] = .integer(PriceMath.amount(of: price, quantity: quantity))
            item["currency"] = price["currency"]
            item["customer"] = subscription["customer"] ?? .null
            item["date"] = .integer(now)
            item["description"] = books.find("product", price.text("product") ?? "")?["name"] ?? .null
            item["discountable"] = given["discountable"] ?? true
            item["discounts"] = []
            item["metadata"] = .object(Metadata.merged(nil, with: given["metadata"]))
            item["parent"] = [
                "type": "subscription_details",
                "subscription_details": ["subscription": .string(subscription.id), "subscription_item": .null],
            ]
            item["period"] = ["end": .integer(now), "start": .integer(now)]
            item["pricing"] = InvoiceLine.pricing(of: price)
            item["quantity"] = .integer(quantity)
            item["quantity_decimal"] = .string(String(quantity))
            item["tax_rates"] = []
            item["test_clock"] = subscription["test_clock"] ?? .null
            books.insert(item, event: "invoiceitem.created")
        }
    }

    private static func price(_ given: JSONObject, at param: String, in books: Books) throws(Refusal) -> JSONObject {
        if let data = given.object("price_data") {
            var price = try Prices.make(data, in: books)
            price["active"] = false
            books.insert(price, event: "price.created")
            return price
        }
        guard let id = given.text("price") else { throw .missing("\(param)[price]") }
        let price = try books.require("price", id, param: "\(param)[price]")
        guard price.flag("active") else {
            throw .invalid(
                "The price specified is inactive. This field only accepts active prices.", param: "\(param)[price]")
        }
        guard price.text("type") == "one_time" else {
            throw .invalid(
                "The price specified is set to `type=recurring` but this field only accepts prices with "
                    + "`type=one_time`.", param: "\(param)[price]")
        }
        return price
    }
}
