import Daemon
import Synchronization

/// How many requests each key may send a minute: counted in this process, by the key's MAC, known or not. A balancer
/// in front of several processes multiplies it.
final class RequestRates: Sendable {
    /// What a caller is told.
    struct Reading: Sendable {
        /// A minute.
        let limit: Int
        /// Of them, how many are left.
        let remaining: Int
        /// Until the count begins anew, in seconds.
        let reset: Int
        /// Whether this one was too many.
        let isOver: Bool
    }

    private struct Window {
        var number: Int64 = 0
        var counts: [[UInt8]: Int] = [:]
    }

    /// More keys than this in a minute are not told apart one by one any more: inventing keys must not cost us memory.
    /// Those that come then share 65,536 counts, by the first two bytes of their MACs: whoever floods us with invented
    /// keys cannot choose a count, nor fill one, and so shuts no true key out.
    private let keysMax: Int

    private let limit: Int
    private let window = Mutex(Window())

    /// `limit` requests a minute and key.
    init(limit: Int, keysMax: Int = 50_000) {
        self.limit = limit
        self.keysMax = keysMax
    }

    /// Counts one.
    func count(_ mac: [UInt8], at now: Timestamp) -> Reading {
        let number = now.seconds / 60
        let count = window.withLock { window in
            if window.number != number { window = Window(number: number) }
            let isKnown = window.counts[mac] != nil || window.counts.count < keysMax
            let key = isKnown ? mac : Array(mac.prefix(2))
            window.counts[key, default: 0] += 1
            return window.counts[key, default: 0]
        }
        return Reading(
            limit: limit, remaining: max(0, limit - count), reset: Int(60 - now.seconds % 60), isOver: count > limit)
    }
}
