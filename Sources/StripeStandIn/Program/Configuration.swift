import Daemon

/// What the environment says about this stand-in.
struct Configuration: Sendable {
    /// Port to listen on; 0 takes any.
    let port: Int
    /// Address to listen on.
    let address: String
    /// Rules of the game.
    let policy: Policy
    /// Key of the Connect platform.
    let platformKey: Secret?
    /// Where Connect events of the platform go.
    let connectURL: String?
    /// Secret they are signed with.
    let connectSecret: Secret?
    /// File the state is kept in.
    let statePath: String?
    /// Hosts webhooks may reach over plain HTTP.
    let plainHosts: Set<String>

    init(_ settings: Settings) {
        port = settings.integer(
            "STRIPE_STAND_IN_PORT", default: 12_111, in: 0...65_535, help: "port to listen on; 0 takes any free one")
        address = settings.string("STRIPE_STAND_IN_ADDRESS", default: "127.0.0.1", help: "address to listen on")
        platformKey = settings.optionalSecret(
            "STRIPE_STAND_IN_PLATFORM_KEY",
            help: "secret key of the Connect platform; without it every account may connect others")
        connectURL = settings.optionalString(
            "STRIPE_STAND_IN_CONNECT_WEBHOOK_URL", help: "where events of connected accounts are sent")
        connectSecret = settings.optionalSecret(
            "STRIPE_STAND_IN_CONNECT_WEBHOOK_SECRET", help: "secret those events are signed with, whsec_…")
        statePath = settings.optionalString(
            "STRIPE_STAND_IN_STATE", help: "file the state is kept in; without it nothing is kept")
        let hosts = settings.string(
            "STRIPE_STAND_IN_PLAIN_HOSTS", default: "127.0.0.1,localhost,[::1]",
            help: "hosts webhooks may be sent to over plain HTTP, separated by commas")
        plainHosts = Set(hosts.split(separator: ",").map(String.init))
        policy = Configuration.policy(settings)
    }

    private static func policy(_ settings: Settings) -> Policy {
        var policy = Policy()
        policy.publicURL =
            settings.optionalString(
                "STRIPE_STAND_IN_PUBLIC_URL", help: "where browsers reach the pages; default is the own address")
            ?? ""
        policy.limitsRates = settings.flag(
            "STRIPE_STAND_IN_RATE_LIMITS", default: true, help: "whether calls above Stripe's rate limits are refused")
        policy.testCallsPerSecond = settings.integer(
            "STRIPE_STAND_IN_TEST_RATE", default: 25, in: 1...1_000_000,
            help: "calls per second with test keys; live has four times")
        policy.endpointCallsPerSecond = settings.integer(
            "STRIPE_STAND_IN_ENDPOINT_RATE", default: 25, in: 1...1_000_000, help: "calls per second and endpoint")
        policy.advancesLater = settings.flag(
            "STRIPE_STAND_IN_ADVANCE_LATER", default: true,
            help: "whether test clocks advance a second after the answer, as Stripe's do")
        policy.knownKeysOnly = settings.flag(
            "STRIPE_STAND_IN_KNOWN_KEYS_ONLY", default: false,
            help: "whether only keys made under /_stand_in/keys are taken")
        policy.draftSeconds = Int64(
            settings.integer(
                "STRIPE_STAND_IN_DRAFT_SECONDS", default: 3_600, in: 0...259_200,
                help: "seconds from a renewal invoice's draft to its finalization"))
        policy.retryDays = list(
            "STRIPE_STAND_IN_RETRY_DAYS", "3,5,7,7", "days from each failed payment to the next try", settings)
        policy.deliveryRetrySeconds = list(
            "STRIPE_STAND_IN_WEBHOOK_RETRY_SECONDS", "2,10,60,300,1800", "seconds between the tries of a webhook",
            settings)
        let outcome = settings.choice(
            "STRIPE_STAND_IN_FINAL_OUTCOME", of: ["cancel", "unpaid", "past_due"], default: "cancel",
            help: "what becomes of a subscription after the last retry")
        policy.finalOutcome = Policy.FinalOutcome(rawValue: outcome) ?? .cancel
        return policy
    }

    private static func list(_ name: String, _ standard: String, _ help: String, _ settings: Settings) -> [Int64] {
        let text = settings.string(name, default: standard, help: help + ", separated by commas")
        let numbers = text.split(separator: ",").map { Int64($0) }
        if numbers.contains(nil) { settings.reject(name, because: "must be whole numbers separated by commas") }
        return numbers.compactMap(\.self)
    }
}
