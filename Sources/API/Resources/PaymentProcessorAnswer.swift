import Billing
import HTTPTypes

/// How a connection looks outside: no key, no URL token, every state in words.
enum PaymentProcessorAnswer {
    /// The resource.
    static func json(_ connection: Connection, livemode: Bool) -> JSON {
        let requirements = Requirements(connection.requirements)
        return .object([
            "object": "payment_processor", "id": .string(connection.id.text), "livemode": .bool(livemode),
            "mode": .string(connection.mode.rawValue), "status": .string(connection.status.rawValue),
            "account_id": .text(connection.accountID), "account_name": .text(connection.accountName),
            "country": .text(connection.country), "email": .text(connection.email),
            "default_currency": .text(connection.defaultCurrency),
            "secret_key": .text(masked(connection, livemode: livemode)), "key_kind": .text(connection.keyKind),
            "key_last4": .text(connection.keyLast4), "key_ok": .bool(connection.isKeyOK),
            "key_checked_at": .time(connection.checkedAt), "key_being_checked": .bool(connection.hasCandidate),
            "webhook": [
                "status": .string(connection.webhookStatus.rawValue),
                "endpoint_id": .text(connection.webhookEndpointID),
                "endpoints_used": .number(connection.webhookEndpointsUsed), "endpoints_max": 16,
                "last_event_at": .time(connection.lastEventAt),
            ],
            "charges_enabled": .bool(connection.chargesEnabled), "payouts_enabled": .bool(connection.payoutsEnabled),
            "details_submitted": .bool(connection.detailsSubmitted), "requirements": requirements.json,
            "message": .string(message(connection, requirements)), "problem": .stored(connection.problem),
            "checklist": .array(checklist(connection)), "created": .time(connection.createdAt),
            "updated": .time(connection.updatedAt),
        ])
    }

    /// `sk_live_…4242` (A14).
    private static func masked(_ connection: Connection, livemode: Bool) -> String? {
        guard let last4 = connection.keyLast4 else { return nil }
        return (connection.keyKind == "restricted" ? "rk_" : "sk_") + (livemode ? "live_…" : "test_…") + last4
    }

    /// One sentence for the portal's page (C6).
    private static func message(_ connection: Connection, _ requirements: Requirements) -> String {
        switch (connection.status, connection.mode) {
        case (.disconnected, _): "The Stripe account is disconnected."
        case (.invalid, _): "Stripe refuses the key. Paste a new one; what waits goes on then."
        case (.new, _), (.validating, _): "The key is being checked with Stripe."
        case (.onboarding, _) where !connection.detailsSubmitted:
            "Continue onboarding: Stripe still needs your details."
        case (_, .connect) where !connection.detailsSubmitted: "Continue onboarding: Stripe still needs your details."
        case (_, .connect) where requirements.isRejected: "Stripe rejected the account. Contact Stripe's support."
        case (_, .connect) where !requirements.isEmpty && !connection.payoutsEnabled:
            "Your details were submitted. Payouts are disabled until Stripe has what requirements lists."
        case (_, .connect) where !connection.chargesEnabled: "Your details were submitted. Stripe is reviewing them."
        case (_, .connect): "Your Stripe account is connected."
        case (.degraded, _) where connection.webhookStatus != .registered:
            "Connected, but Stripe cannot tell us what happens: repair the webhook."
        case (.degraded, _): "Connected, but something needs attention."
        default: "Your Stripe account is connected."
        }
    }

    /// What is left to do, with Stripe's own page for it (A5, G6).
    private static func checklist(_ connection: Connection) -> [JSON] {
        let dunning = item(
            "manage_failed_payments",
            "In Stripe: Settings → Billing → Subscriptions and emails → Manage failed payments → cancel the "
                + "subscription.",
            "https://dashboard.stripe.com/settings/billing/automatic", done: nil)
        switch connection.mode {
        case .secretKey:
            return [
                item(
                    "secret_key",
                    "In Stripe: Developers → API keys → Standard keys → Secret key → reveal and copy; paste it here.",
                    "https://dashboard.stripe.com/apikeys", done: connection.isKeyOK),
                item(
                    "webhook", "The webhook endpoint is registered in your Stripe account (done by us).",
                    "https://dashboard.stripe.com/webhooks", done: connection.webhookStatus == .registered),
                dunning,
            ]
        case .connect:
            return [
                item(
                    "details_submitted", "Finish Stripe's onboarding.", "https://dashboard.stripe.com/",
                    done: connection.detailsSubmitted),
                item(
                    "payouts_enabled", "Give Stripe everything it requires, or payouts stay disabled.",
                    "https://dashboard.stripe.com/", done: connection.payoutsEnabled),
                dunning,
            ]
        }
    }

    /// `done` is null for what we cannot see.
    private static func item(_ id: String, _ text: String, _ url: String, done: Bool?) -> JSON {
        ["id": .string(id), "text": .string(text), "url": .string(url), "done": done.map(JSON.bool) ?? .null]
    }
}
