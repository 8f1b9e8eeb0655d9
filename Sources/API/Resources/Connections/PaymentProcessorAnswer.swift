import Billing
import HTTPTypes

/// How a connection looks outside: no key, no URL token, every state in words.
struct PaymentProcessorAnswer {
    /// The row.
    let connection: Connection
    /// What the examination found.
    let report: ConnectionReport
    /// What is known of a restricted key.
    let permissions: [KnownPermission]
    /// Whether it moves real money.
    let livemode: Bool

    private var requirements: Requirements { Requirements(connection.requirements) }

    /// The resource.
    var json: JSON {
        let notes = ConnectionNotes(connection, report, permissions)
        return .object([
            "object": "payment_processor", "id": .string(connection.id.text), "livemode": .bool(livemode),
            "mode": .string(connection.mode.rawValue), "status": .string(connection.status.rawValue),
            "account_id": .text(connection.accountID), "account_name": .text(connection.accountName),
            "country": .text(connection.country), "email": .text(connection.email),
            "default_currency": .text(connection.defaultCurrency), "secret_key": .text(masked),
            "key_kind": .text(connection.keyKind), "key_last4": .text(connection.keyLast4),
            "key_ok": .bool(connection.isKeyOK), "key_checked_at": .time(connection.checkedAt),
            "key_being_checked": .bool(connection.hasCandidate), "webhook": webhook,
            "permissions": notes.permissionList, "charges_enabled": .bool(connection.chargesEnabled),
            "payouts_enabled": .bool(connection.payoutsEnabled), "payouts": PayoutNotes(connection, report).json,
            "details_submitted": .bool(connection.detailsSubmitted), "requirements": requirements.json,
            "disabled_reason": .text(requirements.disabledReason), "tax": notes.tax, "meters": notes.meters,
            "clock_drift_seconds": report.clockDriftSeconds.map(JSON.integer) ?? .null,
            "message": .string(message), "problem": .stored(connection.problem), "warnings": notes.warnings,
            "checklist": ConnectionChecklist(connection, report, permissions).json,
            "examined_at": .time(report.examinedAt), "created": .time(connection.createdAt),
            "updated": .time(connection.updatedAt),
        ])
    }

    /// `sk_live_…4242` (A14).
    private var masked: String? {
        guard let last4 = connection.keyLast4, connection.mode == .secretKey else { return nil }
        return (connection.keyKind == "restricted" ? "rk_" : "sk_") + (livemode ? "live_…" : "test_…") + last4
    }

    private var webhook: JSON {
        let used = connection.webhookEndpointsUsed
        return [
            "status": .string(connection.webhookStatus.rawValue), "endpoint_id": .text(connection.webhookEndpointID),
            "endpoints_used": .number(used), "endpoints_max": 16,
            "endpoints_text": used.map { .string("\($0) of 16 webhook endpoints of the account are used.") } ?? .null,
            "meter_errors": [
                "status": .string(connection.mode == .connect ? "platform" : report.meterHook.rawValue),
                "destination_id": .text(report.meterHookID),
            ],
            "last_event_at": .time(connection.lastEventAt),
        ]
    }

    /// One sentence for the portal's page (C6).
    private var message: String {
        let requirements = requirements
        return switch (connection.status, connection.mode) {
        case (.disconnected, .connect):
            "The Stripe account is disconnected. Reconnect it: clients, subscriptions and credits are kept."
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
        case (.degraded, _) where permissions.contains { $0.isOK == false }:
            "Connected, but the key lacks permissions: what needs them waits."
        case (.degraded, _): "Connected, but something needs attention."
        default: "Your Stripe account is connected."
        }
    }
}
