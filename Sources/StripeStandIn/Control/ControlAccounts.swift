import HTTPTypes

/// What happens to accounts outside the API: onboarding, the Dashboard's settings, disconnecting.
struct ControlAccounts {
    /// The stand-in.
    let world: World

    /// `POST /_stand_in/accounts/{account}[/action]`.
    func answer(_ id: String, _ action: String?, _ body: JSONObject) throws -> JSON {
        guard let account = world.accounts[id] else { throw Control.Complaint(message: "no such account", status: 404) }
        world.isDirty = true
        switch action {
        case nil: try set(account, body)
        case "onboarding":
            guard let outcome = body.text("outcome").flatMap(Onboarding.Outcome.init(rawValue:)) else {
                throw Control.Complaint(
                    message: "outcome must be one of "
                        + Onboarding.Outcome.allCases.map(\.rawValue).joined(separator: ", "))
            }
            Onboarding.finish(account, outcome, isLive: body.flag("livemode"), world: world)
        case "deauthorize":
            account.document["_rejects"] = true
            account.books(isLive: body.flag("livemode")).emit(
                "account.application.deauthorized", ["id": "ca_standin", "object": "application", "name": "Tollgate"])
        case "payouts":
            let currency = body.text("currency") ?? account.document.text("default_currency") ?? "usd"
            let payout = Payouts.make(
                amount: body.whole("amount"), currency: currency, in: account.books(isLive: body.flag("livemode")))
            return .object(payout.visible)
        case "authorize": account.document.remove("_rejects")
        default: throw Control.Complaint(message: "no such action on accounts: \(action ?? "")", status: 404)
        }
        return .object(account.document.visible)
    }

    private func set(_ account: Account, _ body: JSONObject) throws {
        if body["retry_days"] != nil { account.retryDays = body.list("retry_days").compactMap(\.integerValue) }
        if let word = body.text("final_outcome") {
            guard let outcome = Policy.FinalOutcome(rawValue: word) else {
                throw Control.Complaint(message: "final_outcome must be cancel, unpaid or past_due")
            }
            account.finalOutcome = outcome
        }
        let before = account.document
        for (name, value) in body.object("document") ?? [:] { account.document[name] = value }
        for name in ["charges_enabled", "payouts_enabled", "details_submitted"] {
            if let value = body.value(name)?.boolValue { account.document[name] = .bool(value) }
        }
        for name in ["currently_due", "past_due", "eventually_due", "pending_verification", "errors"] {
            if let value = body[name] { account.document.set("requirements", name, to: value) }
        }
        for name in ["disabled_reason", "current_deadline"] {
            if let value = body[name] { account.document.set("requirements", name, to: value) }
        }
        if body.value("external_account")?.boolValue == false { loseBank(account) }
        let previous = Books.differences(from: before, to: account.document)
        if previous.isEmpty { return }
        account.books(isLive: body.flag("livemode")).emit("account.updated", account.document, previous: previous)
    }

    /// Without a bank account nothing is paid out.
    private func loseBank(_ account: Account) {
        account.document["payouts_enabled"] = false
        for name in ["currently_due", "eventually_due"] {
            let due = account.document.list("requirements", name).filter { $0 != "external_account" }
            account.document.set("requirements", name, to: .array(due + ["external_account"]))
        }
    }
}
