import Daemon
import HTTPTypes

/// Deliveries waiting, one line per endpoint: an endpoint gets one delivery at a time, so that the usual order is the
/// order of events, and disorder is something asked for.
struct Outbox: Sendable {
    /// Deliveries kept at most; beyond it the oldest are given up, as an endpoint down for days would make Stripe do.
    static let countMax = 100_000
    /// What goes wrong on purpose.
    var rules = DeliveryRules()
    /// Deliveries tried and their results, for the control endpoint.
    private(set) var delivered = 0
    /// Tries that failed.
    private(set) var failed = 0
    /// Events given up or dropped on purpose.
    private(set) var dropped = 0
    private var waiting: [Delivery] = []
    private var busy: Set<String> = []

    /// Deliveries not yet made.
    var count: Int { waiting.count + busy.count }

    /// Puts an event on its way to an endpoint, as the rules have it.
    mutating func add(_ event: JSONObject, to endpoint: JSONObject, of books: Books, account: String?, world: World) {
        let type = event.text("type") ?? ""
        let applies = rules.types?.contains(type) ?? true
        if applies, rules.dropNext > 0 || Int.random(in: 0..<100) < rules.dropPercent {
            rules.dropNext = max(0, rules.dropNext - 1)
            dropped += 1
            return
        }
        var body = event.visible
        if let account { body["account"] = .string(account) }
        let bytes = JSON.object(body).serialize()
        for copy in 0..<(applies ? rules.copies : 1) {
            var due = world.wallClock.now().microseconds
            if applies {
                due += rules.delayMilliseconds * 1_000
                if rules.shuffleMilliseconds > 0 { due += Int64.random(in: 0...rules.shuffleMilliseconds) * 1_000 }
            }
            waiting.append(
                Delivery(
                    event: event.id, type: type, body: bytes, endpoint: endpoint.id, owner: books.account,
                    origin: account ?? books.account, isLive: books.isLive, url: endpoint.text("url") ?? "", due: due,
                    isCopy: copy > 0))
        }
        if waiting.count > Self.countMax {
            waiting.removeFirst(waiting.count - Self.countMax)
            dropped += 1
        }
    }

    /// Deliveries to make now, and when to look again at the latest.
    mutating func take(at now: Int64) -> (due: [Delivery], next: Int64?) {
        guard !rules.isHeld else { return ([], nil) }
        var due: [Delivery] = []
        var next: Int64?
        var left: [Delivery] = []
        // Retries and shuffled deliveries are out of line: the earliest due goes first, equals in order.
        for delivery in waiting.enumerated().sorted(by: { ($0.element.due, $0.offset) < ($1.element.due, $1.offset) }) {
            let delivery = delivery.element
            if delivery.due > now {
                next = min(next ?? delivery.due, delivery.due)
                left.append(delivery)
            } else if busy.contains(delivery.endpoint) {
                left.append(delivery)
            } else {
                busy.insert(delivery.endpoint)
                due.append(delivery)
            }
        }
        waiting = left
        return (due, next)
    }

    /// Notes the result of a delivery; a failed one waits for its next try, the last one is given up.
    mutating func finish(_ delivery: Delivery, succeeded: Bool, retrySeconds: [Int64], now: Int64) {
        busy.remove(delivery.endpoint)
        if succeeded {
            delivered += 1
            return
        }
        failed += 1
        guard delivery.tries < retrySeconds.count else {
            dropped += 1
            return
        }
        var again = delivery
        again.due = now + retrySeconds[delivery.tries] * 1_000_000
        again.tries += 1
        waiting.append(again)
    }

    /// Lets held deliveries go in an order: `in_order`, `reversed` or `shuffled`, each so many times.
    mutating func release(order: String, copies: Int, now: Int64) {
        rules.isHeld = false
        var released = waiting.flatMap { delivery in
            (0..<max(1, copies)).map { copy in
                var again = delivery
                again.isCopy = delivery.isCopy || copy > 0
                return again
            }
        }
        if order == "reversed" { released.reverse() }
        if order == "shuffled" { released.shuffle() }
        for index in released.indices { released[index].due = now - Int64(released.count - index) }
        waiting = released
    }

    /// Deliveries to an endpoint that is gone go with it.
    mutating func forget(_ endpoint: String) { waiting.removeAll { $0.endpoint == endpoint } }

    /// Forgets everything but what is under way.
    mutating func clear() {
        waiting = []
        rules = DeliveryRules()
    }
}
