import HTTPTypes

/// Products.
enum Products {
    static let operations = [
        Operation("GET /v1/products", "product", list), Operation("POST /v1/products", "product", create),
        Operation("GET /v1/products/{id}", "product", retrieve), Operation("POST /v1/products/{id}", "product", update),
        Operation("DELETE /v1/products/{id}", "product", delete),
    ]

    private static let plain = [
        "active", "description", "images", "marketing_features", "name", "package_dimensions", "shippable",
        "statement_descriptor", "tax_code", "unit_label", "url",
    ]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        var products = try filter.within(filter.equal(call.books.all("product"), "active", "shippable", "url"))
        let ids = call.params.list("ids").compactMap(\.stringValue)
        if !ids.isEmpty { products = products.filter { ids.contains($0.id) } }
        return .list(products)
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.require("product", call.id))
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        if let id = call.params.text("id"), call.books.find("product", id) != nil {
            throw .invalid("Product already exists.", param: "id", code: "resource_already_exists")
        }
        var product = blank(in: call.books)
        if let id = call.params.text("id") { product["id"] = .string(id) }
        apply(call.params, to: &product)
        let id = product.id
        if let given = call.params.object("default_price_data") {
            var data = given
            data["product"] = .string(id)
            let price = try Prices.make(data, in: call.books, knownProduct: product)
            product["default_price"] = .string(price.id)
            call.books.insert(product, event: "product.created")
            call.books.insert(price, event: "price.created")
        } else {
            call.books.insert(product, event: "product.created")
        }
        return .object(product)
    }

    /// A new product with what Stripe answers when nothing is said.
    static func blank(in books: Books) -> JSONObject {
        var product = books.blank("product", prefix: "prod", length: 14)
        for name in ["default_price", "statement_descriptor", "tax_code", "unit_label"] { product[name] = .null }
        product["active"] = true
        product["type"] = "service"
        product["updated"] = product["created"]
        return product
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("product", call.id)
        if let price = call.params.text("default_price"), !price.isEmpty {
            let price = try call.books.require("price", price, param: "default_price")
            guard price.text("product") == found.id else {
                throw .invalid("The price does not belong to this product.", param: "default_price")
            }
        }
        return .object(
            call.books.update(found.id, event: "product.updated") { product in
                apply(call.params, to: &product)
                if let price = call.params["default_price"] {
                    product["default_price"] = price.stringValue == "" ? .null : price
                }
                if product != found { product["updated"] = .integer(call.world.now) }
            })
    }

    private static func delete(_ call: Call) throws(Refusal) -> Answer {
        let product = try call.books.require("product", call.id)
        guard !call.books.all("price").contains(where: { $0.text("product") == product.id }) else {
            throw .invalid("This product cannot be deleted because it has one or more user-created prices.")
        }
        call.books.remove(product.id)
        call.books.emit("product.deleted", product)
        return .deleted(product)
    }

    private static func apply(_ params: JSONObject, to product: inout JSONObject) {
        for name in plain {
            guard let value = params[name] else { continue }
            product[name] = value.stringValue == "" ? .null : value
        }
        product["metadata"] = .object(Metadata.merged(product.object("metadata"), with: params["metadata"]))
    }
}
