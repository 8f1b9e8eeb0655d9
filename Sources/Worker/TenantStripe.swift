internal import Billing
public import Crypto
public import Daemon
internal import Jobs
public import Stripe

/// Sends requests as a tenant. The only place where a tenant's Stripe key is opened: for the length of one call.
public struct TenantStripe: Sendable {
    /// Sends frozen bytes; `StripeSender.exchange` in earnest, a script in tests.
    public typealias Exchange =
        @Sendable (_ request: StripeRequest, _ key: Secret, _ idempotencyKey: String?) async throws -> StripeAnswer

    private let exchange: Exchange
    private let openingKeys: KeyRing
    private let platformKey: Secret?

    /// - Parameters:
    ///   - openingKeys: the private halves of what the API seals Stripe keys to.
    ///   - platformKey: the platform's own key; nil where Connect is off.
    public init(openingKeys: KeyRing, platformKey: Secret?, exchange: @escaping Exchange) {
        self.openingKeys = openingKeys
        self.platformKey = platformKey
        self.exchange = exchange
    }

    /// Sends one request.
    ///
    /// - Throws: `StripeFailure` where there was no answer, `Route.Obstacle` where no key can be used.
    func send(_ request: StripeRequest, by key: Route.Key, of route: Route, idempotencyKey: String?) async throws
        -> StripeAnswer
    {
        try await exchange(request, open(key, of: route, onBehalf: request.account != nil), idempotencyKey)
    }

    /// What a connected tenant wants waits for an operator who sets the platform up; who asks for a first connection is
    /// told.
    private func open(_ key: Route.Key, of route: Route, onBehalf: Bool) throws -> Secret {
        switch key {
        case .tenant(let sealed):
            let binding = SealedSecret.binding(
                tenant: route.tenant, purpose: .stripeAPI, row: sealed.id, version: sealed.version)
            return try openingKeys.open(sealed.envelope, boundTo: binding)
        case .platform:
            guard let platformKey else {
                throw unavailable("Stripe Connect is not set up on this gateway.", onBehalf)
            }
            let isLive = platformKey.reveal { $0.hasPrefix("sk_live_") || $0.hasPrefix("rk_live_") }
            guard isLive == route.livemode else {
                throw unavailable(
                    "This gateway's Stripe Connect is set up for \(isLive ? "live" : "test") mode only.", onBehalf)
            }
            return platformKey
        }
    }

    private func unavailable(_ detail: String, _ onBehalf: Bool) -> Route.Obstacle {
        let code = "connect_unavailable"
        return onBehalf
            ? .wait(.seconds(60), JobFailure(code: code, message: detail)) : .refuse(Refusal(code, detail))
    }
}
