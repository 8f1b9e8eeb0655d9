import Daemon
import HTTPServer
import HTTPTypes

/// The stand-in: Stripe's API, its pages and its webhooks, with state, in one actor.
///
/// `respond(to:)` is a function, so a test needs no socket. Whatever a call changes, it changes in one synchronous
/// step; the actor waits only where a fault asks it to be slow.
actor StandIn {
    let world: World
    private let wake: AsyncStream<Void>.Continuation
    /// Yields whenever a delivery may be due: what the courier waits for.
    nonisolated let wakes: AsyncStream<Void>

    init(policy: Policy = Policy(), wallClock: WallClock = .system) {
        world = World(policy: policy, wallClock: wallClock)
        (wakes, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Answers one request, whatever it is for.
    func respond(to request: Request) async -> Response {
        defer { wake.yield() }
        let path = request.path
        if path.hasPrefix("/v1/") || path.hasPrefix("/v2/") { return await answerCall(request) }
        if path.hasPrefix("/_stand_in/") { return control(request) }
        passTime()
        return page(request)
    }

    /// Lets everything happen that is due by now; called every second and before every answer.
    func passTime() {
        for account in world.accounts.values {
            for books in [account.test, account.live] {
                Engine(books: books, account: account).passTime()
                MeterReports(books: books).passTime()
            }
        }
    }

    // MARK: Deliveries

    /// Deliveries to make now, at most one per endpoint.
    func takeDeliveries() -> [OutgoingDelivery] {
        var ready: [OutgoingDelivery] = []
        for delivery in world.outbox.take(at: world.wallClock.now().microseconds) {
            if let outgoing = Signing.prepare(delivery, world: world) {
                ready.append(outgoing)
            } else {
                finish(delivery, succeeded: true)
            }
        }
        return ready
    }

    /// Notes the result of a delivery.
    func finish(_ delivery: Delivery, succeeded: Bool) {
        world.outbox.finish(
            delivery, succeeded: succeeded, retrySeconds: world.policy.deliveryRetrySeconds,
            now: world.wallClock.now().microseconds)
        if succeeded, !delivery.isCopy {
            world.accounts[delivery.origin]?.books(isLive: delivery.isLive).markDelivered(delivery.event)
        }
        wake.yield()
    }

    /// Lets the courier look again.
    func nudge() { wake.yield() }

    // MARK: Set-up

    /// Does something with the state, in the actor: set-up by `main`, checks by tests.
    func withWorld<Result: Sendable>(_ body: @Sendable (World) -> Result) -> Result {
        defer { wake.yield() }
        return body(world)
    }
}
