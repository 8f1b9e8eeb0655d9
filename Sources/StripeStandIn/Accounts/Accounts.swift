import HTTPTypes

/// `GET /v1/account` and the connected accounts of a platform.
enum Accounts {
    static let operations: [Operation] = [
        Operation("GET /v1/account", "account", retrieveOwn), Operation("GET /v1/accounts", "connected_account", list),
        Operation("POST /v1/accounts", "connected_account", create),
        Operation("GET /v1/accounts/{account}", "connected_account", retrieve),
        Operation("POST /v1/accounts/{account}", "connected_account", update),
        Operation("DELETE /v1/accounts/{account}", "connected_account", delete),
        Operation("POST /v1/accounts/{account}/login_links", "connected_account", loginLink),
    ]

    private static func retrieveOwn(_ call: Call) -> Answer { .object(call.account.document) }

    private static func list(_ call: Call) -> Answer {
        .list(call.world.connected(to: call.account.id).map(\.document))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        call.id == call.account.id ? .object(call.account.document) : .object(try connected(call).document)
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        if let platform = call.world.policy.platformAccount, platform != call.account.id || call.isOnBehalf {
            throw .invalid(
                "You can only create new accounts if you've signed up for Connect, which you can do at "
                    + "https://dashboard.stripe.com/connect.", code: "platform_account_required")
        }
        let country = call.params.text("country") ?? call.account.document.text("country") ?? "US"
        guard AccountDocument.countries.contains(country) else {
            throw .invalid(
                "Country '\(country)' is unknown or not supported for accounts.", param: "country",
                code: "country_unsupported")
        }
        if call.params["type"] != nil, call.params["controller"] != nil { throw .exclusive("type", "controller") }
        try checkController(call.params)
        try Email.check(call.params.text("email"))
        let id = "acct_1" + Identifier.random(15)
        var document = AccountDocument.connected(
            id, country: country, email: call.params.text("email"), world: call.world)
        document["type"] = .string(call.params.text("type") ?? "none")
        document["controller"] = .object(controller(call.params))
        document["metadata"] = .object(Metadata.merged(nil, with: call.params["metadata"]))
        apply(call.params, to: &document)
        let account = Account(id: id, document: document, platform: call.account.id, world: call.world)
        call.world.accounts[id] = account
        return .object(document)
    }

    private static func update(_ call: Call) throws(Refusal) -> Answer {
        let account = call.id == call.account.id ? call.account : try connected(call)
        try Email.check(call.params.text("email"))
        let before = account.document
        apply(call.params, to: &account.document)
        account.document["metadata"] = .object(
            Metadata.merged(before.object("metadata"), with: call.params["metadata"]))
        if let email = call.params["email"] { account.document["email"] = email }
        let previous = Books.differences(from: before, to: account.document)
        if !previous.isEmpty {
            account.books(isLive: call.books.isLive).emit("account.updated", account.document, previous: previous)
        }
        return .object(account.document)
    }

    private static func delete(_ call: Call) throws(Refusal) -> Answer {
        let account = try connected(call)
        call.world.accounts[account.id] = nil
        return .deleted(account.document)
    }

    private static func loginLink(_ call: Call) throws(Refusal) -> Answer {
        let account = try connected(call)
        guard account.document.text("controller", "stripe_dashboard", "type") == "express" else {
            throw .invalid("Cannot create a login link for an account that is not an Express account.")
        }
        guard account.document.flag("details_submitted") else {
            throw .invalid("Cannot create a login link for an account that has not completed onboarding.")
        }
        var link = call.world.schema.blank("login_link")
        link["created"] = .integer(call.world.now)
        link["url"] = .string("\(call.world.policy.publicURL)/connect/dashboard/\(account.id)")
        return .object(link)
    }

    /// The connected account of the path, or Stripe's 403: it does not tell foreign accounts from unknown ones.
    private static func connected(_ call: Call) throws(Refusal) -> Account {
        guard let account = call.world.accounts[call.id], account.platform == call.account.id,
            !account.document.flag("_rejects")
        else {
            throw Refusal(
                status: 403, code: "account_invalid",
                message:
                    "The provided key does not have access to account '\(call.id)' (or that account does not exist). "
                    + "Application access may have been revoked.")
        }
        return account
    }

    private static func checkController(_ params: JSONObject) throws(Refusal) {
        guard let controller = params.object("controller") else { return }
        let payer = controller.text("fees", "payer") ?? "account"
        if controller.text("losses", "payments") == "application", payer != "application" {
            throw .invalid(
                "When `controller[losses][payments]` is `application`, `controller[fees][payer]` must be "
                    + "`application`.",
                param: "controller[fees][payer]")
        }
    }

    private static func controller(_ params: JSONObject) -> JSONObject {
        let given = params.object("controller") ?? [:]
        let type = params.text("type")
        let dashboard =
            given.text("stripe_dashboard", "type")
            ?? (type == "express" ? "express" : type == "custom" ? "none" : "full")
        return [
            "fees": ["payer": .string(given.text("fees", "payer") ?? "account")], "is_controller": true,
            "losses": ["payments": .string(given.text("losses", "payments") ?? "stripe")],
            "requirement_collection": .string(given.text("requirement_collection") ?? "stripe"),
            "stripe_dashboard": ["type": .string(dashboard)], "type": "application",
        ]
    }

    private static func apply(_ params: JSONObject, to document: inout JSONObject) {
        if let type = params.text("business_type") { document["business_type"] = .string(type) }
        if let currency = params.text("default_currency") { document["default_currency"] = .string(currency) }
        if let profile = params.object("business_profile") {
            var merged = document.object("business_profile") ?? [:]
            for (name, value) in profile { merged[name] = value }
            document["business_profile"] = .object(merged)
        }
        for (name, wish) in params.object("capabilities") ?? [:] where wish.objectValue?.flag("requested") == true {
            if document.text("capabilities", name) == nil { document.set("capabilities", name, to: "inactive") }
        }
    }
}
