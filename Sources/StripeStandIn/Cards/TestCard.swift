import HTTPTypes

/// Stripe's test cards: how each behaves when it is saved and when it is charged without its owner.
struct TestCard: Sendable, Equatable {
    /// What a card does when it is saved or charged.
    enum Behaviour: Sendable, Equatable {
        case succeeds
        /// Refused by the issuer.
        case declines(code: String, declineCode: String, message: String)
        /// The owner must authenticate; off session that is a decline.
        case asksOwner
    }

    /// The number typed into a page.
    let number: String
    /// The name `pm_card_…` by which test keys get it.
    let token: String
    let brand: String
    /// Saving it for later.
    let atSetup: Behaviour
    /// Charging it off session.
    let atCharge: Behaviour

    /// Whether a payment with it is disputed at once.
    var isDisputed: Bool { token == "pm_card_createDispute" }
    /// Whether refunds to it take their time, and fail after they succeeded.
    var refunds: RefundCourse {
        switch token {
        case "pm_card_pendingRefund": .pends
        case "pm_card_refundFail": .fails
        default: .succeeds
        }
    }

    /// How a refund to a card goes.
    enum RefundCourse: Sendable { case succeeds, pends, fails }

    /// The last four digits.
    var last4: String { String(number.suffix(4)) }

    private static let declined = Behaviour.declines(
        code: "card_declined", declineCode: "generic_decline", message: "Your card was declined.")
    private static let poor = Behaviour.declines(
        code: "card_declined", declineCode: "insufficient_funds", message: "Your card has insufficient funds.")
    private static let expired = Behaviour.declines(
        code: "expired_card", declineCode: "expired_card", message: "Your card has expired.")
    private static let wrongCode = Behaviour.declines(
        code: "incorrect_cvc", declineCode: "incorrect_cvc", message: "Your card's security code is incorrect.")
    private static let broken = Behaviour.declines(
        code: "processing_error", declineCode: "processing_error",
        message: "An error occurred while processing your card. Try again in a little bit.")
    private static let lost = Behaviour.declines(
        code: "card_declined", declineCode: "lost_card", message: "Your card was declined.")
    private static let stolen = Behaviour.declines(
        code: "card_declined", declineCode: "stolen_card", message: "Your card was declined.")

    /// Every card the stand-in knows.
    static let all: [TestCard] = [
        TestCard("4242424242424242", "pm_card_visa"),
        TestCard("4000056655665556", "pm_card_visa_debit"),
        TestCard("5555555555554444", "pm_card_mastercard", brand: "mastercard"),
        TestCard("5200828282828210", "pm_card_mastercard_debit", brand: "mastercard"),
        TestCard("378282246310005", "pm_card_amex", brand: "amex"),
        TestCard("6011111111111117", "pm_card_discover", brand: "discover"),
        TestCard("4000000000000002", "pm_card_visa_chargeDeclined", setup: declined, charge: declined),
        TestCard("4000000000000341", "pm_card_chargeCustomerFail", charge: declined),
        TestCard(
            "4000000000009995", "pm_card_visa_chargeDeclinedInsufficientFunds", setup: poor, charge: poor),
        TestCard("4000000000009987", "pm_card_visa_chargeDeclinedLostCard", setup: lost, charge: lost),
        TestCard("4000000000009979", "pm_card_visa_chargeDeclinedStolenCard", setup: stolen, charge: stolen),
        TestCard("4000000000000069", "pm_card_chargeDeclinedExpiredCard", setup: expired, charge: expired),
        TestCard("4000000000000127", "pm_card_chargeDeclinedIncorrectCvc", setup: wrongCode, charge: wrongCode),
        TestCard("4000000000000119", "pm_card_chargeDeclinedProcessingError", setup: broken, charge: broken),
        TestCard("4000000000000259", "pm_card_createDispute"),
        TestCard("4000000000007726", "pm_card_pendingRefund"),
        TestCard("4000000000005126", "pm_card_refundFail"),
        TestCard("4000002500003155", "pm_card_authenticationRequiredOnSetup", setup: .asksOwner),
        TestCard("4000002760003184", "pm_card_authenticationRequired", setup: .asksOwner, charge: .asksOwner),
    ]

    private static let aliases = [
        "pm_card_chargeDeclined": "pm_card_visa_chargeDeclined",
        "pm_card_chargeDeclinedInsufficientFunds": "pm_card_visa_chargeDeclinedInsufficientFunds",
        "pm_card_threeDSecure2Required": "pm_card_authenticationRequired",
    ]

    private init(
        _ number: String, _ token: String, brand: String = "visa", setup: Behaviour = .succeeds,
        charge: Behaviour = .succeeds
    ) {
        self.number = number
        self.token = token
        self.brand = brand
        atSetup = setup
        atCharge = charge
    }

    /// The card of a typed number; spaces do not count.
    static func of(number: String) -> TestCard? {
        let digits = number.filter { $0 != " " && $0 != "-" }
        return all.first { $0.number == digits }
    }

    /// The card of a `pm_card_…` name.
    static func of(token: String) -> TestCard? {
        let name = aliases[token] ?? token
        return all.first { $0.token == name }
    }

    /// Stripe's error for a decline, nil when the card would succeed.
    static func refusal(for behaviour: Behaviour) -> Refusal? {
        switch behaviour {
        case .succeeds: nil
        case .declines(let code, let declineCode, let message):
            Refusal(
                status: 402, type: "card_error", code: code, message: message, declineCode: declineCode,
                extra: ["advice_code": .string(declineCode == "lost_card" ? "do_not_try_again" : "try_again_later")])
        case .asksOwner:
            Refusal(
                status: 402, type: "card_error", code: "authentication_required",
                message: "Your card was declined. This transaction requires authentication.",
                declineCode: "authentication_required")
        }
    }
}
