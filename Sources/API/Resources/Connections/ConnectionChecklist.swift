import Billing
import HTTPTypes

/// What is left to do before money flows, with Stripe's own page for each (A5, G6, D13).
struct ConnectionChecklist {
    private let connection: Connection
    private let report: ConnectionReport
    private let permissions: [KnownPermission]

    init(_ connection: Connection, _ report: ConnectionReport, _ permissions: [KnownPermission]) {
        self.connection = connection
        self.report = report
        self.permissions = permissions
    }

    /// The items, in the order they are done.
    var json: JSON { .array(access + [payouts, tax, dunning, meters, clock]) }

    private var access: [JSON] {
        switch connection.mode {
        case .secretKey:
            [
                item(
                    "secret_key",
                    "In Stripe: Developers → API keys → Standard keys → Secret key → reveal and copy; paste it here.",
                    "https://dashboard.stripe.com/apikeys", done: connection.isKeyOK),
                item(
                    "key_permissions", "The key may do everything that is needed.",
                    "https://dashboard.stripe.com/apikeys", done: maySuffice),
                item(
                    "webhook", "The webhook endpoint is registered in your Stripe account (done by us).",
                    "https://dashboard.stripe.com/webhooks", done: connection.webhookStatus == .registered),
                item(
                    "api_version", "Events are sent in the version we speak (done by us).",
                    "https://dashboard.stripe.com/webhooks",
                    done: connection.webhookStatus == .registered ? true : nil),
            ]
        case .connect:
            [
                item(
                    "details_submitted", "Finish Stripe's onboarding.", "https://dashboard.stripe.com/",
                    done: connection.detailsSubmitted)
            ]
        }
    }

    private var maySuffice: Bool? {
        guard connection.keyKind == "restricted" else { return connection.isKeyOK ? true : nil }
        if permissions.contains(where: { $0.isOK == false }) { return false }
        return report.examinedAt == nil ? nil : true
    }

    private var payouts: JSON {
        item(
            connection.mode == .connect ? "payouts_enabled" : "payouts",
            "Give Stripe everything it requires, or payouts stay disabled.",
            "https://dashboard.stripe.com/settings/payouts",
            done: connection.accountID == nil ? nil : connection.payoutsEnabled)
    }

    private var tax: JSON {
        item(
            "tax", "Set up Stripe Tax, if taxes are to be collected.", ConnectionNotes.taxPage,
            done: report.taxStatus.map { $0 == "active" })
    }

    /// Which outcome is set cannot be seen; that a subscription ended otherwise can.
    private var dunning: JSON {
        item(
            "manage_failed_payments",
            "In Stripe: Settings → Billing → Subscriptions and emails → Manage failed payments → cancel the "
                + "subscription.",
            "https://dashboard.stripe.com/settings/billing/automatic", done: report.hasUnpaidEnd ? false : nil)
    }

    private var meters: JSON {
        item(
            "meters", "Create a meter, if usage is to be billed.", ConnectionNotes.metersPage,
            done: report.meters.map { $0 > 0 })
    }

    private var clock: JSON {
        item(
            "clock", "Our clock and Stripe's agree (done by us).", "https://status.stripe.com/",
            done: report.clockDriftSeconds.map { abs($0) < 60 })
    }

    /// `done` is null for what we cannot see.
    private func item(_ id: String, _ text: String, _ url: String, done: Bool?) -> JSON {
        ["id": .string(id), "text": .string(text), "url": .string(url), "done": done.map(JSON.bool) ?? .null]
    }
}
