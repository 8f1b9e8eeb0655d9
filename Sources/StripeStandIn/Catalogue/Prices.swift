import HTTPTypes

/// Prices: amounts are for ever, only what labels them can change.
enum Prices {
    static let operations = [
        Operation("GET /v1/prices", "plan", list), Operation("POST /v1/prices", "plan", create),
        Operation("GET /v1/prices/{price}", "plan", retrieve), Operation("POST /v1/prices/{price}", "plan", update),
    ]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        var prices = try filter.within(filter.equal(call.books.all("price"), "active", "currency", "product", "type"))
        let keys = call.params.list("lookup_keys")
        guard keys.count <= 10 else { throw .invalid("You can specify at most 10 lookup keys.", param: "lookup_keys") }
        if !keys.isEmpty { prices = prices.filter { $0["lookup_key"].map(keys.contains) ?? false } }
        if let recurring = call.params.object("recurring") {
            prices = prices.filter { price in
                recurring.allSatisfy { name, wanted in price.value("recurring", name) == wanted }
            }
        }
        return .list(prices)
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.require("price", call.id))
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        var data = call.params
        if call.params["product"] != nil, call.params["product_data"] != nil {
            throw .exclusive("product", "product_data")
        }
        if let given = call.params.object("product_data") {
            var product = Products.blank(in: call.books)
            product.copy(["active", "name", "statement_descriptor", "tax_code", "unit_label"], from: given)
            product["metadata"] = .object(Metadata.merged(nil, with: given["metadata"]))
            data["product"] = .string(product.id)
            let price = try make(data, in: call.books, knownProduct: product)
            call.books.insert(product, event: "product.created")
            call.books.insert(price, event: "price.created")
            return .object(price)
        }
        let price = try make(data, in: call.books)
        takeLookupKey(price, in: call.books)
        call.books.insert(price, event: "price.created")
        return .object(price)
    }

    /// The key moves from the price that had it; `make` checked that it may.
    private static func takeLookupKey(_ price: JSONObject, in books: Books) {
        guard let key = price.text("lookup_key") else { return }
        for other in books.all("price") where other.text("lookup_key") == key && other.id != price.id {
            books.update(other.id, event: "price.updated") { $0["lookup_key"] = .null }
        }
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("price", call.id)
        if let behavior = call.params.text("tax_behavior"), let old = found.text("tax_behavior"), old != "unspecified",
            behavior != old
        {
            throw .invalid(
                "You cannot update the tax_behavior of a price once it is set to exclusive or inclusive.",
                param: "tax_behavior")
        }
        if call.params["currency_options"] != nil { throw .unsupported("currency_options", param: "currency_options") }
        let product = call.books.find("product", found.text("product") ?? "")
        if call.params["active"] == false, product?.text("default_price") == found.id {
            throw .invalid("This price cannot be archived because it is the default price of its product.")
        }
        try checkLookupKey(call.params, in: call.books, except: found.id)
        let changed = call.books.update(found.id, event: "price.updated") { price in
            for name in ["active", "lookup_key", "nickname", "tax_behavior"] {
                guard let value = call.params[name] else { continue }
                price[name] = value.stringValue == "" ? .null : value
            }
            price["metadata"] = .object(Metadata.merged(price.object("metadata"), with: call.params["metadata"]))
        }
        takeLookupKey(changed, in: call.books)
        return .object(changed)
    }

    private static func checkLookupKey(_ data: JSONObject, in books: Books, except: String?) throws(Refusal) {
        guard let key = data.text("lookup_key"), !key.isEmpty else {
            if data.flag("transfer_lookup_key") {
                throw .invalid("You must pass a lookup_key when transferring one.", param: "transfer_lookup_key")
            }
            return
        }
        guard key.count <= 200 else { throw .invalid("lookup_key may be at most 200 characters.", param: "lookup_key") }
        if data.flag("transfer_lookup_key") { return }
        if let other = books.all("price").first(where: { $0.text("lookup_key") == key && $0.id != except }) {
            throw .invalid(
                "A price (`\(other.id)`) already uses that lookup key. To transfer the lookup key from the existing "
                    + "price, set `transfer_lookup_key` to true.", param: "lookup_key", code: "resource_already_exists")
        }
    }

    /// The price the parameters describe, checked but not yet in the books.
    static func make(
        _ data: JSONObject, in books: Books, knownProduct: JSONObject? = nil
    ) throws(Refusal) -> JSONObject {
        guard let product = data.text("product") else { throw .missing("product") }
        if knownProduct == nil {
            let found = try books.require("product", product, param: "product")
            guard found.flag("active") else {
                throw .invalid(
                    "The product \(product) is marked as inactive, and thus no prices can be made for it.",
                    param: "product")
            }
        }
        try checkLookupKey(data, in: books, except: nil)
        if data["currency_options"] != nil { throw .unsupported("currency_options", param: "currency_options") }
        if data["custom_unit_amount"] != nil { throw .unsupported("custom_unit_amount", param: "custom_unit_amount") }
        var price = books.blank("price", prefix: "price")
        price["active"] = data["active"] ?? true
        price["currency"] = .string(try Currency.check(data.text("currency") ?? ""))
        price["product"] = .string(product)
        price["lookup_key"] = .of(data.text("lookup_key"))
        price["nickname"] = .of(data.text("nickname"))
        price["tax_behavior"] = .string(data.text("tax_behavior") ?? "unspecified")
        price["metadata"] = .object(Metadata.merged(nil, with: data["metadata"]))
        try PriceScheme.apply(data, to: &price)
        if let recurring = data.object("recurring") {
            price["type"] = "recurring"
            price["recurring"] = .object(try PriceScheme.recurring(recurring, in: books))
        }
        return price
    }
}
