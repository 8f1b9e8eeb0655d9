import HTTPTypes

/// What is bought on a Checkout page: prices and quantities, and what they come to.
struct CheckoutLines {
    /// One line.
    struct Line {
        /// The price, in the books.
        let price: JSONObject
        /// How many.
        let quantity: Int64
        /// Metadata of the line.
        let metadata: JSON
    }

    /// The lines in the order given.
    let lines: [Line]
    private let books: Books

    /// The lines of a call; inline prices and their products are put into the books, inactive, as Stripe does.
    init(_ call: Call, mode: String) throws(Refusal) {
        books = call.books
        let given = call.params.objects("line_items")
        guard !given.isEmpty else { throw .missing("line_items") }
        guard given.count <= 100 else {
            throw .invalid("You can specify at most 100 line items.", param: "line_items")
        }
        var lines: [Line] = []
        for (index, item) in given.enumerated() {
            let param = "line_items[\(index)]"
            for name in ["adjustable_quantity", "tax_rates"] where item[name] != nil {
                throw .unsupported("\(name) of a line item", param: "\(param)[\(name)]")
            }
            let price = try Self.price(item, at: param, in: call.books)
            let isMetered = price.text("recurring", "usage_type") == "metered"
            if item["quantity"] == nil, !isMetered { throw .missing("\(param)[quantity]") }
            let quantity = item.whole("quantity") ?? 1
            guard quantity >= 1 else {
                throw .invalid("This value must be greater than or equal to 1.", param: "\(param)[quantity]")
            }
            if mode == "payment", price.text("type") == "recurring" {
                throw .invalid(
                    "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode "
                        + "or use only one-time prices.", param: param)
            }
            lines.append(Line(price: price, quantity: quantity, metadata: item["metadata"] ?? [:]))
        }
        self.lines = lines
        guard Set(lines.map { $0.price.text("currency") }).count == 1 else {
            throw .invalid("All prices of a Checkout Session must have the same currency.", param: "line_items")
        }
        if mode == "subscription", !lines.contains(where: { $0.price.text("type") == "recurring" }) {
            throw .invalid(
                "You must provide at least one recurring price in `subscription` mode when using prices.",
                param: "line_items")
        }
    }

    /// The lines of a session made before.
    init(of session: JSONObject, in books: Books) {
        self.books = books
        lines = session.objects("_lines").compactMap { line in
            books.find("price", line.text("price") ?? "").map {
                Line(price: $0, quantity: line.whole("quantity") ?? 1, metadata: line["metadata"] ?? [:])
            }
        }
    }

    /// How the session keeps them.
    var json: JSON {
        .array(
            lines.map {
                ["price": .string($0.price.id), "quantity": .integer($0.quantity), "metadata": $0.metadata]
            })
    }

    /// The currency of all.
    var currency: String { lines.first?.price.text("currency") ?? "usd" }

    /// Invoice lines of what is paid once and now.
    func invoiceLines(customer: String?, invoice: String?, now: Int64) -> [InvoiceLine] {
        items(customer: customer, invoice: invoice, now: now).map { InvoiceLine.of(invoiceItem: $0) }
    }

    /// Invoice items of the lines.
    func items(customer: String?, invoice: String?, now: Int64) -> [JSONObject] {
        lines.map { line in
            var item = books.blank("invoiceitem", prefix: "ii")
            item["amount"] = .integer(
                line.price.text("recurring", "usage_type") == "metered"
                    ? 0 : PriceMath.amount(of: line.price, quantity: line.quantity))
            item["currency"] = .string(currency)
            item["customer"] = .of(customer)
            item["date"] = .integer(now)
            item["description"] = books.find(line.price.text("product") ?? "")?["name"] ?? .null
            item["discountable"] = true
            item["discounts"] = []
            item["invoice"] = .of(invoice)
            item["metadata"] = line.metadata
            item["period"] = ["end": .integer(now), "start": .integer(now)]
            item["pricing"] = InvoiceLine.pricing(of: line.price)
            item["quantity"] = .integer(line.quantity)
            item["quantity_decimal"] = .string(String(line.quantity))
            item["tax_rates"] = []
            return item
        }
    }

    /// Sets the sums of a session, with tax if it has automatic tax, and its line items.
    func total(_ session: inout JSONObject) {
        var scratch: JSONObject = [
            "id": "", "currency": .string(currency), "customer": session["customer"] ?? .null, "discounts": [],
            "lines": ["data": []],
            "automatic_tax": ["enabled": .bool(session.flag("automatic_tax", "enabled"))],
        ]
        let customer = session.text("customer")
        let now = books.world.now
        let invoiceLines = invoiceLines(customer: customer, invoice: nil, now: now)
        InvoiceTotals.set(invoiceLines.map(\.json), of: &scratch, in: books)
        session["amount_subtotal"] = scratch["subtotal"] ?? 0
        session["amount_total"] = scratch["total"] ?? 0
        session["currency"] = .string(currency)
        let taxes = scratch.objects("total_taxes").reduce(0) { $0 + ($1.whole("amount") ?? 0) }
        session["total_details"] = ["amount_discount": 0, "amount_shipping": 0, "amount_tax": .integer(taxes)]
        if session.flag("automatic_tax", "enabled") {
            session.set("automatic_tax", "status", to: scratch.value("automatic_tax", "status") ?? .null)
        }
        session["_lines"] = json
        session["+line_items"] = [
            "object": "list", "has_more": false, "url": .string("/v1/checkout/sessions/\(session.id)/line_items"),
            "data": .array(
                zip(lines, scratch.objects("lines", "data")).enumerated().map { index, pair in
                    shown(pair.0, pair.1, id: "li_" + "\(session.id) \(index)".hashedLetters)
                }),
        ]
    }

    private func shown(_ line: Line, _ reckoned: JSONObject, id: String) -> JSON {
        let subtotal = reckoned.whole("subtotal") ?? 0
        let taxes = reckoned.objects("taxes")
        let tax = taxes.reduce(0) { $0 + ($1.whole("amount") ?? 0) }
        let added = taxes.filter { $0.text("tax_behavior") != "inclusive" }.reduce(0) { $0 + ($1.whole("amount") ?? 0) }
        return [
            "id": .string(id), "object": "item", "adjustable_quantity": .null, "amount_discount": 0,
            "amount_subtotal": .integer(subtotal), "amount_tax": .integer(tax),
            "amount_total": .integer(subtotal + added), "currency": .string(currency),
            "description": reckoned["description"] ?? .null, "metadata": line.metadata, "price": .object(line.price),
            "quantity": .integer(line.quantity),
        ]
    }

    private static func price(_ item: JSONObject, at param: String, in books: Books) throws(Refusal) -> JSONObject {
        if item["price"] != nil, item["price_data"] != nil {
            throw .exclusive("\(param)[price]", "\(param)[price_data]")
        }
        if let id = item.text("price") {
            let price = try books.require("price", id, param: "\(param)[price]")
            guard price.flag("active") else {
                throw .invalid(
                    "The price specified is inactive. This field only accepts active prices.", param: "\(param)[price]")
            }
            return price
        }
        guard var data = item.object("price_data") else { throw .missing("\(param)[price]") }
        var product: JSONObject?
        if let given = data.object("product_data") {
            var made = Products.blank(in: books)
            made.copy(["description", "images", "name", "tax_code", "unit_label"], from: given)
            made["active"] = false
            made["metadata"] = .object(Metadata.merged(nil, with: given["metadata"]))
            data["product"] = .string(made.id)
            product = made
        }
        var price = try Prices.make(data, in: books, knownProduct: product)
        price["active"] = false
        if let product { books.insert(product, event: "product.created") }
        books.insert(price, event: "price.created")
        return price
    }
}
