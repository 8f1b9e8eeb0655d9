import Billing
import Crypto
import Daemon
import Jobs
import Postgres

/// What handlers need from outside themselves. There is no way from here to Stripe, nor to any URL.
struct Gateway: Sendable {
    /// Portals' requests.
    var database: Database
    /// Webhooks, apart: a burst of requests must not delay what Stripe tells (F12, R25).
    var intake: Database
    /// Wakes workers after commits.
    var kicker: Kicker
    /// Waits for commands to end.
    var waiting: Waiting
    /// The time.
    var clock: WallClock
    /// Key of the MAC under which API keys are stored.
    var pepper: Secret
    /// To whom pasted Stripe keys are sealed.
    var sealingKey: SealingKey
    /// Opens webhook signing secrets.
    var webhookRing: KeyRing
    /// Signing secrets of the platform's Connect endpoint.
    var connectSecrets: [Secret]
    /// Where the portals and Stripe reach the API.
    var publicURL: String
    /// How many requests a key may send; nil counts none.
    var rates: RequestRates?
    /// To whom the signing secrets of outgoing webhooks are sealed.
    var portalSealingKey: SealingKey?
    /// Hosts that outgoing webhooks may reach over plain HTTP.
    var webhookPrivateHosts: Set<String> = []
    /// Sign access tokens, the first; empty signs none.
    var accessKeys: [SigningKey] = []
}
