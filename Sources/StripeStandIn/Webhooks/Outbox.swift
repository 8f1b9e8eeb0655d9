import Daemon
import HTTPTypes

/// Deliveries waiting, one line per endpoint: an endpoint gets one delivery at a time, so that the usual order is the
/// order of events, and disorder is something asked for.
struct Outbox: Sendable {
    /// Deliveries kept at most for one endpoint; beyond it the oldest are given up, as an endpoint down for days would
    /// make Stripe do.
    static let countMax = 100_000
    /// What goes wrong on purpose.
    var rules = DeliveryRules()
    /// Deliveries tried and their results, for the control endpoint.
    private(set) var delivered = 0
    /// Tries that failed.
    private(set) var failed = 0
    /// Events given up or dropped on purpose.
    private(set) var dropped = 0
    private var lines: [String: [Delivery]] = [:]
    private var busy: Set<String> = []

    /// Deliveries not yet made.
    var count: Int { lines.values.reduce(busy.count) { $0 + $1.count } }

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
        // A thin event names the account as its context.
        if let account, event.kind == "event" { body["account"] = .string(account) }
        let bytes = JSON.object(body).serialize()
        for copy in 0..<(applies ? rules.copies : 1) {
            var due = world.wallClock.now().microseconds
            if applies {
                due += rules.delayMilliseconds * 1_000
                if rules.shuffleMilliseconds > 0 { due += Int64.random(in: 0...rules.shuffleMilliseconds) * 1_000 }
            }
            enqueue(
                Delivery(
                    event: event.id, type: type, body: bytes, endpoint: endpoint.id, owner: books.account,
                    origin: account ?? books.account, isLive: books.isLive,
                    url: endpoint.text("url") ?? endpoint.text("_url") ?? "", due: due,
                    isCopy: copy > 0))
        }
    }

    /// Puts a delivery where its moment belongs: retries and shuffled ones are out of line, equals stay in order.
    private mutating func enqueue(_ delivery: Delivery) {
        var line = lines[delivery.endpoint] ?? []
        var place = line.count
        while place > 0, line[place - 1].due > delivery.due { place -= 1 }
        line.insert(delivery, at: place)
        if line.count > Self.countMax {
            line.removeFirst()
            dropped += 1
        }
        lines[delivery.endpoint] = line
    }

    /// Deliveries to make now: the first of each line whose endpoint is not busy.
    mutating func take(at now: Int64) -> [Delivery] {
        guard !rules.isHeld else { return [] }
        var due: [Delivery] = []
        for (endpoint, line) in lines where !busy.contains(endpoint) {
            guard let first = line.first, first.due <= now else { continue }
            lines[endpoint]?.removeFirst()
            busy.insert(endpoint)
            due.append(first)
        }
        return due
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
        enqueue(again)
    }

    /// Lets held deliveries go in an order: `in_order`, `reversed` or `shuffled`, each so many times.
    mutating func release(order: String, copies: Int, now: Int64) {
        rules.isHeld = false
        for (endpoint, line) in lines {
            var released = line.flatMap { delivery in
                (0..<max(1, copies)).map { copy in
                    var again = delivery
                    again.isCopy = delivery.isCopy || copy > 0
                    return again
                }
            }
            if order == "reversed" { released.reverse() }
            if order == "shuffled" { released.shuffle() }
            for index in released.indices { released[index].due = now - Int64(released.count - index) }
            lines[endpoint] = released
        }
    }

    /// Deliveries to an endpoint that is gone go with it.
    mutating func forget(_ endpoint: String) { lines[endpoint] = nil }

    /// Forgets everything but what is under way.
    mutating func clear() {
        lines = [:]
        rules = DeliveryRules()
    }
}
