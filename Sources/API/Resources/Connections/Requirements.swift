import Daemon
import HTTPTypes

/// Stripe's requirements for a connected account, in words (C5).
struct Requirements {
    private let currentlyDue: [String]
    private let pastDue: [String]
    private let pending: [String]
    /// Stripe's word for why something is switched off.
    let disabledReason: String?
    private let deadline: JSON

    /// Reads what the worker keeps of the account's `requirements`.
    init(_ text: String) {
        let json = JSON.stored(text)
        func names(_ key: String) -> [String] { json[key]?.arrayValue?.compactMap(\.stringValue) ?? [] }
        currentlyDue = names("currently_due")
        pastDue = names("past_due")
        pending = names("pending_verification")
        disabledReason = json["disabled_reason"]?.stringValue
        let moment = json["current_deadline"]
        deadline = moment?.stringValue.map { .time(Timestamp(rfc3339: $0)) } ?? moment ?? .null
    }

    /// Whether Stripe wants nothing.
    var isEmpty: Bool { currentlyDue.isEmpty && pastDue.isEmpty && pending.isEmpty && disabledReason == nil }

    /// Whether only Stripe's support can help.
    var isRejected: Bool { disabledReason?.hasPrefix("rejected.") ?? false }

    /// Whether there is no bank account to pay out to.
    var wantsBankAccount: Bool { (currentlyDue + pastDue).contains { $0.hasPrefix("external_account") } }

    /// What is wanted now, in words.
    var due: [String] {
        var seen: Set<String> = []
        return (pastDue + currentlyDue).map { Self.words(for: $0) }.filter { seen.insert($0).inserted }
    }

    /// Why something is switched off, in words.
    var reasonText: String? { disabledReason.map { Self.words(forReason: $0) } }

    /// One entry for each thing Stripe wants.
    var json: JSON {
        let late = Set(pastDue)
        var entries = pastDue.map { entry($0, due: "past_due") }
        entries += currentlyDue.filter { !late.contains($0) }.map { entry($0, due: "currently_due") }
        entries += pending.map { entry($0, due: "pending_verification") }
        if let disabledReason {
            entries.append([
                "field": "disabled_reason", "text": .string(Self.words(forReason: disabledReason)), "due": nil,
                "deadline": nil,
            ])
        }
        return .array(entries)
    }

    private func entry(_ field: String, due: String) -> JSON {
        ["field": .string(field), "text": .string(Self.words(for: field)), "due": .string(due), "deadline": deadline]
    }

    /// The words for one of Stripe's field names; unknown ones are told as they are, readable.
    static func words(for field: String) -> String {
        if let exact = exact[field] { return exact }
        let parts = field.split(separator: ".").map(String.init)
        // person_1Abc.verification.document: whose, then what.
        let whose = parts.first.flatMap { first in owners.first { first.hasPrefix($0.prefix) }?.words }
        for (suffix, words) in suffixes where field.hasSuffix(suffix) {
            return whose.map { "\(words) of \($0)" } ?? words
        }
        let plain = parts.dropFirst(whose == nil ? 0 : 1).joined(separator: ", ").replacing("_", with: " ")
        return whose.map { "\(plain) of \($0)" } ?? plain
    }

    private static func words(forReason reason: String) -> String {
        switch reason {
        case "requirements.past_due": "Stripe switched something off because requirements are overdue."
        case "requirements.pending_verification", "under_review": "Stripe is checking what was given."
        case "listed": "Stripe compares the account with a list of restricted persons."
        case "platform_paused": "The platform paused the account."
        default:
            reason.hasPrefix("rejected.")
                ? "Stripe rejected the account: contact Stripe's support." : "Stripe restricts the account (\(reason))."
        }
    }

    private static let exact: [String: String] = [
        "external_account": "A bank account for payouts",
        "business_type": "Whether this is a company or a person",
        "business_profile.url": "The website of the business",
        "business_profile.mcc": "The kind of business",
        "business_profile.product_description": "What the business sells",
        "business_profile.support_phone": "A telephone number for customers",
        "tos_acceptance.date": "Acceptance of Stripe's terms",
        "tos_acceptance.ip": "Acceptance of Stripe's terms",
        "owners_provided": "All owners of the company",
        "directors_provided": "All directors of the company",
        "executives_provided": "All executives of the company",
        "settings.payments.statement_descriptor": "The text on customers' card statements",
    ]
    private static let owners: [(prefix: String, words: String)] = [
        ("person_", "a person of the company"), ("individual", "the account's owner"), ("company", "the company"),
        ("representative", "the company's representative"), ("owners", "an owner"), ("directors", "a director"),
    ]
    private static let suffixes: [(String, String)] = [
        ("dob.day", "Date of birth"), ("dob.month", "Date of birth"), ("dob.year", "Date of birth"),
        ("first_name", "First name"), ("last_name", "Last name"), ("email", "E-mail address"),
        ("phone", "Telephone number"),
        ("address.line1", "Street and number"), ("address.city", "City"), ("address.postal_code", "Postal code"),
        ("address.state", "State"), ("id_number", "Identity number"),
        ("ssn_last_4", "Last four digits of the social security number"),
        ("verification.document", "Photo of an identity document"),
        ("verification.additional_document", "Photo of a document with the address"), ("tax_id", "Tax number"),
        ("relationship.title", "Job title"), ("name", "Name"),
    ]
}
