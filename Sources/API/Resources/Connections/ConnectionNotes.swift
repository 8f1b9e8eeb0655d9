import Billing
import HTTPTypes

/// What the examination found, as the portal's page shows it.
struct ConnectionNotes {
    /// Where Stripe Tax is set up.
    static let taxPage = "https://dashboard.stripe.com/settings/tax"
    /// Where meters are made.
    static let metersPage = "https://dashboard.stripe.com/meters"
    /// Whom to ask when Stripe's own pages do not help.
    static let supportPage = "https://support.stripe.com/contact"

    private let connection: Connection
    private let report: ConnectionReport
    private let permissions: [KnownPermission]

    init(_ connection: Connection, _ report: ConnectionReport, _ permissions: [KnownPermission]) {
        self.connection = connection
        self.report = report
        self.permissions = permissions
    }

    /// Every permission that is needed, what is missing first. A secret key has them all.
    var permissionList: JSON {
        guard connection.mode == .secretKey, connection.keyKind != nil else { return [] }
        let known = Dictionary(permissions.map { ($0.name, $0) }) { first, _ in first }
        let needed = KeyPermission.needed.map { permission in
            let found = known[permission.name]
            let isOK = connection.keyKind == "secret" ? connection.isKeyOK : found?.isOK
            return Self.entry(
                permission.name, permission.access.rawValue, found?.denied ?? permission.stripeName,
                permission.neededFor, isOK: isOK, found?.detail)
        }
        let names = Set(KeyPermission.needed.map(\.name))
        let others = permissions.filter { !names.contains($0.name) }.map {
            Self.entry($0.name, "write", $0.denied ?? "", $0.neededFor, isOK: $0.isOK, $0.detail)
        }
        return .array((others + needed).sorted { Self.rank($0) < Self.rank($1) })
    }

    private static func rank(_ entry: JSON) -> Int { entry["ok"] == false ? 0 : 1 }

    private static func entry(
        _ name: String, _ access: String, _ word: String, _ purpose: String, isOK: Bool?, _ detail: String?
    ) -> JSON {
        [
            "name": .string(name), "access": .string(access), "stripe_name": .string(word),
            "needed_for": .string(purpose), "ok": isOK.map(JSON.bool) ?? .null,
            "detail": isOK == false ? .text(detail) : .null,
        ]
    }

    /// Stripe Tax: set up or not, and what it still wants (D13, K6).
    var tax: JSON {
        let text =
            switch report.taxStatus {
            case nil: "Whether Stripe Tax is set up is not known yet."
            case "active": "Stripe Tax is set up."
            default: "Stripe Tax is not set up: no taxes can be collected. Finish it in Stripe."
            }
        return [
            "status": .text(report.taxStatus), "missing_fields": .array(report.taxMissing.map(JSON.string)),
            "text": .string(text), "url": .string(Self.taxPage), "checked_at": .time(report.taxCheckedAt),
        ]
    }

    /// Whether there is anything to meter with (M3).
    var meters: JSON {
        let text =
            switch report.meters {
            case nil: "Whether there is a meter in Stripe is not known yet."
            case 0?: "There is no meter in Stripe: create one, or a usage-based product here, before usage is billed."
            case 1?: "One meter is in use."
            case let count?: "\(count) meters are in use."
            }
        return ["active": .number(report.meters), "text": .string(text), "url": .string(Self.metersPage)]
    }

    /// Everything that keeps the account from being verified and active, with its reason (L4).
    var warnings: JSON {
        var list: [JSON] = []
        func warn(_ code: String, _ text: String, _ url: String) {
            list.append(["code": .string(code), "text": .string(text), "url": .string(url)])
        }
        let home = "https://dashboard.stripe.com/account/status"
        let requirements = Requirements(connection.requirements)
        if connection.status == .disconnected {
            warn("disconnected", "The Stripe account is disconnected: nobody is billed.", home)
        }
        if connection.status == .invalid {
            warn("key_refused", "Stripe refuses the key: commands wait.", "https://dashboard.stripe.com/apikeys")
        }
        if connection.accountID != nil, !connection.detailsSubmitted {
            warn("details_missing", "The account is not verified: its owner has not given Stripe the details.", home)
        }
        if let reason = requirements.reasonText { warn("account_disabled", reason, home) }
        if !requirements.due.isEmpty {
            warn("requirements_due", "Stripe requires: \(requirements.due.joined(separator: "; ")).", home)
        }
        if connection.accountID != nil, connection.detailsSubmitted, !connection.chargesEnabled {
            warn("charges_disabled", "The account may not take payments.", home)
        }
        if let text = PayoutNotes(connection, report).warning {
            warn("payouts", text, "https://dashboard.stripe.com/settings/payouts")
        }
        for permission in permissions where permission.isOK == false {
            warn(
                "permission_missing",
                "The key lacks \(permission.denied ?? permission.name), needed \(permission.neededFor).",
                "https://dashboard.stripe.com/apikeys")
        }
        if let refusal = report.eventsRefusal {
            warn(
                "events_refused",
                "Stripe refuses to list events, so what no webhook brings is not found: \(refusal)",
                "https://dashboard.stripe.com/events")
        }
        if connection.mode == .secretKey, [.missing, .disabled].contains(connection.webhookStatus) {
            warn(
                "webhook_\(connection.webhookStatus.rawValue)", "Stripe's webhook endpoint for us is gone: repair it.",
                "https://dashboard.stripe.com/webhooks")
        }
        if report.hasUnpaidEnd {
            warn(
                "manage_failed_payments",
                "A subscription stayed unpaid after the last retry instead of being canceled: set Manage failed "
                    + "payments to cancel the subscription.", "https://dashboard.stripe.com/settings/billing/automatic")
        }
        if let drift = report.clockDriftSeconds, abs(drift) >= 60 {
            warn("clock_drift", "Our clock and Stripe's differ by \(drift) seconds.", "https://status.stripe.com/")
        }
        return .array(list)
    }
}
