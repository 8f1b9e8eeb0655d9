import Billing
import HTTPTypes

/// Whether money reaches the account's bank, and which of the two usual reasons it has when not (L11, L17).
struct PayoutNotes {
    private enum Trouble: String {
        case verification
        case bankAccount = "bank_account"
    }

    private let connection: Connection
    private let last: JSON
    private let requirements: Requirements

    init(_ connection: Connection, _ report: ConnectionReport) {
        self.connection = connection
        last = .stored(report.lastPayout)
        requirements = Requirements(connection.requirements)
    }

    private var hasFailed: Bool { last["status"]?.stringValue == "failed" }

    private var trouble: Trouble? {
        if requirements.wantsBankAccount || hasFailed { return .bankAccount }
        guard connection.accountID != nil, !connection.payoutsEnabled else { return nil }
        return .verification
    }

    /// What to tell; nil when all is well.
    var warning: String? {
        switch trouble {
        case nil: nil
        case .bankAccount where hasFailed:
            "The bank returned the last payout: \(last["failure_message"]?.stringValue ?? "no reason was given") "
                + "Correct the bank account in Stripe."
        case .bankAccount: "Stripe has no bank account to pay out to: add one in Stripe."
        case .verification where !requirements.isEmpty:
            "Payouts are disabled until Stripe has verified the account: see requirements."
        case .verification: "Payouts are disabled until Stripe has verified the account."
        }
    }

    /// The resource's part.
    var json: JSON {
        let status =
            if connection.accountID == nil {
                "unknown"
            } else if !connection.payoutsEnabled {
                "disabled"
            } else {
                hasFailed ? "failing" : "enabled"
            }
        return [
            "status": .string(status), "problem": .text(trouble?.rawValue),
            "text": .string(warning ?? (status == "unknown" ? "Not known yet." : "Payouts reach the bank account.")),
            "last": last, "disabled_reason": .text(requirements.disabledReason),
            "support_url": .string(ConnectionNotes.supportPage),
        ]
    }
}
