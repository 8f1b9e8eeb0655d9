import HTTPTypes

/// Invoice items: on a draft, or waiting for the customer's next invoice.
enum InvoiceItems {
    static let operations = [
        Operation("GET /v1/invoiceitems", "invoice", list), Operation("POST /v1/invoiceitems", "invoice", create),
        Operation("GET /v1/invoiceitems/{invoiceitem}", "invoice", retrieve),
        Operation("POST /v1/invoiceitems/{invoiceitem}", "invoice", update),
        Operation("DELETE /v1/invoiceitems/{invoiceitem}", "invoice", delete),
    ]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        var found = filter.equal(call.books.all("invoiceitem"), "customer", "invoice")
        if call.params.flag("pending") { found = found.filter { $0.value("invoice") == nil } }
        return .list(try filter.within(found))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.require("invoiceitem", call.id))
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer { .object(try add(call)) }

    /// Makes an invoice item of a call's parameters.
    @discardableResult
    static func add(_ call: Call) throws(Refusal) -> JSONObject {
        let params = call.params
        for name in ["customer_account", "tax_rates", "discounts"] where params[name] != nil {
            throw .unsupported("\(name) on an invoice item", param: name)
        }
        let customer = try call.customer()
        var invoice: JSONObject?
        if let id = params.text("invoice") {
            let found = try call.books.require("invoice", id, param: "invoice")
            guard found.text("customer") == customer.id else {
                throw .invalid("The invoice does not belong to customer \(customer.id).", param: "invoice")
            }
            guard found.text("status") == "draft" else {
                throw .invalid(
                    "The specified invoice is not a draft and cannot be changed.", param: "invoice",
                    code: "invoice_not_editable")
            }
            guard found.objects("lines", "data").count < 250 else {
                throw .invalid("An invoice can have at most 250 items.", param: "invoice")
            }
            invoice = found
        }
        var item = try make(call, customer: customer, invoice: invoice)
        if let id = params.text("subscription") {
            let subscription = try call.books.require("subscription", id, param: "subscription")
            guard subscription.text("customer") == customer.id else {
                throw .invalid("The subscription does not belong to customer \(customer.id).", param: "subscription")
            }
            item["parent"] = [
                "type": "subscription_details",
                "subscription_details": ["subscription": .string(id), "subscription_item": .null],
            ]
        }
        call.books.insert(item, event: "invoiceitem.created")
        if let invoice { rewrite(invoice.id, in: call.books) }
        return item
    }

    private static func make(
        _ call: Call, customer: JSONObject, invoice: JSONObject?
    ) throws(Refusal) -> JSONObject {
        let params = call.params
        let clock = customer.text("test_clock")
        let now = call.books.now(on: clock)
        var item = call.books.blank("invoiceitem", prefix: "ii", clock: clock)
        item["test_clock"] = .of(clock)
        item["customer"] = .string(customer.id)
        item["date"] = .integer(now)
        item["description"] = .of(params.text("description"))
        item["discountable"] = params["discountable"] ?? true
        item["discounts"] = []
        item["invoice"] = .of(invoice?.id)
        item["metadata"] = .object(Metadata.merged(nil, with: params["metadata"]))
        item["period"] = params["period"] ?? ["end": .integer(now), "start": .integer(now)]
        item["tax_rates"] = []
        item["_tax_behavior"] = params["tax_behavior"] ?? .null
        let quantity = try setAmount(call, of: &item, fallback: invoice?.text("currency") ?? customer.text("currency"))
        item["quantity"] = .integer(quantity)
        item["quantity_decimal"] = .string(String(quantity))
        if let invoice, invoice.text("currency") != item.text("currency") {
            let lines = invoice.objects("lines", "data")
            guard lines.isEmpty, customer.text("currency") == nil else {
                throw .invalid(
                    "The currency of the invoice item must match the invoice's: \(invoice.text("currency") ?? "").",
                    param: "currency")
            }
            call.books.update(invoice.id, event: nil) { $0["currency"] = item["currency"] }
        }
        return item
    }

    /// Sets amount, currency and pricing; gives the quantity.
    private static func setAmount(_ call: Call, of item: inout JSONObject, fallback: String?) throws(Refusal) -> Int64 {
        let params = call.params
        let ways = ["amount", "pricing", "price_data", "unit_amount_decimal"].filter { params[$0] != nil }
        guard let way = ways.first else {
            throw .invalid(
                "You must pass one of amount, pricing, price_data or unit_amount_decimal.", param: "amount",
                code: "parameter_missing")
        }
        guard ways.count == 1 else { throw .exclusive(ways[0], ways[1]) }
        if params["quantity"] != nil, way == "amount" { throw .exclusive("amount", "quantity") }
        if params["quantity_decimal"] != nil { throw .unsupported("quantity_decimal", param: "quantity_decimal") }
        let quantity = params.whole("quantity") ?? 1
        guard quantity >= 0 else {
            throw .invalid("Invalid non-negative integer", param: "quantity", code: "parameter_invalid_integer")
        }
        switch way {
        case "amount":
            item["amount"] = params["amount"] ?? 0
            item["currency"] = .string(try Currency.check(params.text("currency") ?? fallback ?? ""))
        case "unit_amount_decimal":
            let unit = DecimalAmount(params.text("unit_amount_decimal") ?? "") ?? .zero
            item["amount"] = .integer((unit * quantity).rounded)
            item["currency"] = .string(try Currency.check(params.text("currency") ?? fallback ?? ""))
        default:
            let price = try price(call)
            item["amount"] = .integer(PriceMath.amount(of: price, quantity: quantity))
            item["currency"] = price["currency"]
            item["pricing"] = InvoiceLine.pricing(of: price)
            if item.value("description") == nil {
                item["description"] = call.books.find(price.text("product") ?? "")?["name"] ?? .null
            }
        }
        return quantity
    }

    private static func price(_ call: Call) throws(Refusal) -> JSONObject {
        if let data = call.params.object("price_data") {
            var price = try Prices.make(data, in: call.books)
            price["active"] = false
            call.books.insert(price, event: "price.created")
            return price
        }
        guard let id = call.params.text("pricing", "price") else { throw .missing("pricing[price]") }
        let price = try call.books.require("price", id, param: "pricing[price]")
        guard price.flag("active") else {
            throw .invalid(
                "The price specified is inactive. This field only accepts active prices.", param: "pricing[price]")
        }
        guard price.text("type") == "one_time" else {
            throw .invalid(
                "The price specified is set to `type=recurring` but this field only accepts prices with "
                    + "`type=one_time`.",
                param: "pricing[price]")
        }
        return price
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer {
        let found = try editable(call)
        for name in ["discounts", "price_data", "quantity_decimal", "tax_rates", "unit_amount_decimal", "pricing"]
        where call.params[name] != nil {
            throw .unsupported("\(name) on an invoice item's update", param: name)
        }
        let changed = call.books.update(found.id, event: nil) { item in
            item.copy(["amount", "description", "discountable", "period"], from: call.params)
            if let quantity = call.params.whole("quantity") {
                item["quantity"] = .integer(quantity)
                item["quantity_decimal"] = .string(String(quantity))
                if let price = item.text("pricing", "price_details", "price").flatMap({ call.books.find("price", $0) })
                {
                    item["amount"] = .integer(PriceMath.amount(of: price, quantity: quantity))
                }
            }
            item["metadata"] = .object(Metadata.merged(item.object("metadata"), with: call.params["metadata"]))
        }
        if let invoice = changed.text("invoice") { rewrite(invoice, in: call.books) }
        return .object(changed)
    }

    private static func delete(_ call: Call) throws(Refusal) -> Answer {
        let found = try editable(call)
        call.books.remove(found.id)
        call.books.emit("invoiceitem.deleted", found)
        if let invoice = found.text("invoice") { rewrite(invoice, in: call.books) }
        return .deleted(found)
    }

    private static func editable(_ call: Call) throws(Refusal) -> JSONObject {
        let found = try call.books.require("invoiceitem", call.id)
        if let invoice = found.text("invoice").flatMap({ call.books.find($0) }), invoice.text("status") != "draft" {
            throw .invalid("The invoice of this item is finalized and cannot be changed.", code: "invoice_not_editable")
        }
        return found
    }

    /// Writes the lines of a draft anew from its items; lines of subscription items stay.
    private static func rewrite(_ id: String, in books: Books) {
        let items = books.all("invoiceitem").reversed().filter { $0.text("invoice") == id }
        books.update(id, event: "invoice.updated") { invoice in
            let kept = invoice.objects("lines", "data").filter {
                $0.text("parent", "type") == "subscription_item_details"
            }
            InvoiceTotals.set(kept + items.map { InvoiceLine.of(invoiceItem: $0).json }, of: &invoice, in: books)
        }
    }
}
