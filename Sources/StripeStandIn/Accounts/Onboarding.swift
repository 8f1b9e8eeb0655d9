import HTTPTypes

/// How onboarding of a connected account ends.
enum Onboarding {
    /// What the owner did, and what Stripe made of it.
    enum Outcome: String, CaseIterable, Sendable {
        /// Everything told and accepted.
        case complete
        /// Left before the end: nothing submitted.
        case incomplete
        /// Everything told; Stripe is still checking.
        case pending
        /// Accepted for charges, but no bank account yet.
        case noPayouts = "no_payouts"
        /// Refused by Stripe.
        case rejected
    }

    /// Writes the outcome into the account and tells so.
    static func finish(_ account: Account, _ outcome: Outcome, isLive: Bool, world: World) {
        let before = account.document
        switch outcome {
        case .incomplete: break
        case .complete:
            apply(account, charges: true, payouts: true, requirements: AccountDocument.requirements([]), world)
        case .pending:
            apply(
                account, charges: false, payouts: false,
                requirements: AccountDocument.requirements(
                    [], pending: ["individual.verification.document"],
                    disabledReason: "requirements.pending_verification"), world)
        case .noPayouts:
            apply(
                account, charges: true, payouts: false,
                requirements: AccountDocument.requirements(
                    ["external_account"], pastDue: [], deadline: world.now + 14 * 86_400), world)
        case .rejected:
            apply(
                account, charges: false, payouts: false,
                requirements: AccountDocument.requirements([], disabledReason: "rejected.other"), world)
        }
        let previous = Books.differences(from: before, to: account.document)
        if previous.isEmpty { return }
        account.books(isLive: isLive).emit("account.updated", account.document, previous: previous)
    }

    private static func apply(
        _ account: Account, charges: Bool, payouts: Bool, requirements: JSONObject, _ world: World
    ) {
        account.document["details_submitted"] = true
        account.document["charges_enabled"] = .bool(charges)
        account.document["payouts_enabled"] = .bool(payouts)
        account.document["requirements"] = .object(requirements)
        account.document["business_type"] = "individual"
        account.document["tos_acceptance"] = ["date": .integer(world.now), "ip": "127.0.0.1", "user_agent": .null]
        let state: JSON =
            charges
            ? "active" : requirements.text("disabled_reason")?.hasPrefix("rejected") == true ? "inactive" : "pending"
        for (name, _) in account.document.object("capabilities") ?? [:] {
            account.document.set("capabilities", name, to: state)
        }
    }
}
