import Daemon
import HTTPClient
import HTTPTypes

/// Carries deliveries to their endpoints, a few endpoints at a time.
struct Courier: Sendable {
    /// Posts a delivery and says whether it was taken (any 2xx).
    typealias Post = @Sendable (OutgoingDelivery) async -> Bool

    private let standIn: StandIn
    private let post: Post

    init(_ standIn: StandIn, post: @escaping Post) {
        self.standIn = standIn
        self.post = post
    }

    /// Delivers until the signal. Each endpoint has its own pace: a slow one holds up nobody else.
    func run(until shutdown: ShutdownSignal) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                // The clock of retries and of everything that falls due.
                while !shutdown.isRequested {
                    await standIn.passTime()
                    await standIn.nudge()
                    try? await Task.sleep(for: .milliseconds(200))
                }
                await standIn.nudge()
            }
            for await _ in standIn.wakes {
                if shutdown.isRequested { break }
                for delivery in await standIn.takeDeliveries() { group.addTask { await deliver(delivery) } }
            }
            group.cancelAll()
        }
    }

    /// Makes all deliveries that are due, and those that follow from them: what tests call instead of waiting.
    func deliverDue() async {
        while true {
            let due = await standIn.takeDeliveries()
            if due.isEmpty { return }
            for delivery in due { await deliver(delivery) }
        }
    }

    private func deliver(_ delivery: OutgoingDelivery) async {
        await standIn.finish(delivery.delivery, succeeded: await post(delivery))
    }

    /// Posting over the network: a redirect or no answer is a failure, as at Stripe.
    static func posting(over transport: Transport) -> Post {
        { outgoing in
            let request = OutgoingRequest(
                method: .post, url: outgoing.delivery.url,
                headers: [
                    ("Content-Type", "application/json; charset=utf-8"), ("Stripe-Signature", outgoing.signature),
                    ("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"),
                ], secretHeaders: [], body: outgoing.delivery.body)
            guard let answer = try? await transport.send(request) else { return false }
            return (200..<300).contains(answer.status)
        }
    }
}
