import Crypto
import Daemon
import HTTPTypes

/// Signs deliveries; while a secret is rolled there is one signature for each.
enum Signing {
    /// Stripe keeps an old secret for at most a day.
    static let overlapSeconds: Int64 = 86_400

    /// The delivery with its signature; nil when the endpoint is gone or disabled.
    static func prepare(_ delivery: Delivery, world: World) -> OutgoingDelivery? {
        let books = world.accounts[delivery.owner]?.books(isLive: delivery.isLive)
        guard let endpoint = books?.find(delivery.endpoint), endpoint.text("status") == "enabled"
        else {
            return nil
        }
        let now = world.wallClock.now()
        let secrets = secrets(of: endpoint, now: world.now).map { Secret($0) }
        let header = WebhookSignature.sign(body: delivery.body, secrets: secrets, at: now)
        return OutgoingDelivery(delivery: delivery, signature: header)
    }

    /// Gives the endpoint a new secret; the old one signs as well until the overlap ends.
    static func roll(_ endpoint: String, in books: Books) -> String {
        let secret = "whsec_" + Identifier.random(32)
        books.update(endpoint, event: nil) { endpoint in
            endpoint["_old_secret"] = endpoint["_secret"]
            endpoint["_old_secret_ends"] = .integer(books.world.now + overlapSeconds)
            endpoint["_secret"] = .string(secret)
        }
        return secret
    }

    private static func secrets(of endpoint: JSONObject, now: Int64) -> [String] {
        var secrets = [endpoint.text("_secret") ?? ""]
        if let old = endpoint.text("_old_secret"), (endpoint.whole("_old_secret_ends") ?? 0) > now {
            secrets.append(old)
        }
        return secrets
    }
}
