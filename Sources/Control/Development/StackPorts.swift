internal import Daemon

/// The ports of a development stack: each program has its own.
struct StackPorts: Sendable {
    /// Workers that speak to Stripe, by their queue, in the order of their admin ports.
    static let stripeQueues = ["onboarding", "subscriptions", "invoices", "access", "metering"]

    /// The API's.
    let api: Int
    /// The admin port of the API; those of the workers follow it.
    let admin: Int
    /// The one of the stand-in for Stripe.
    let standIn: Int

    /// The admin port of the worker of a queue.
    func admin(ofWorker queue: String) -> Int {
        admin + 1 + (Self.stripeQueues.firstIndex(of: queue) ?? Self.stripeQueues.count)
    }

    /// The admin ports of all programs.
    private var adminPorts: ClosedRange<Int> { admin...admin(ofWorker: "webhooks") }

    /// Notes the setting that names a port another program has already: the two would fight for it for ever.
    func check(_ settings: Settings) {
        if adminPorts.contains(api) { settings.reject("TOLLGATE_PORT", because: taken(api)) }
        if adminPorts.contains(standIn) {
            settings.reject("STRIPE_STAND_IN_PORT", because: taken(standIn))
        } else if standIn == api {
            settings.reject("STRIPE_STAND_IN_PORT", because: "is the port of TOLLGATE_PORT: choose another")
        }
    }

    private func taken(_ port: Int) -> String {
        """
        \(port) is one of the admin ports, which TOLLGATE_ADMIN_PORT puts at \(adminPorts.lowerBound) \
        to \(adminPorts.upperBound): choose another
        """
    }
}
