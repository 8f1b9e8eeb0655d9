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

    /// More keys than this in a minute are not told apart any more: inventing keys must not cost us memory.
    private static let keysMax = 50_000

    private let limit: Int
    private let window = Mutex(Window())

    /// `limit` requests a minute and key.
    init(limit: Int) { self.limit = limit }

    /// Counts one.
    func count(_ mac: [UInt8], at now: Timestamp) -> Reading {
        let number = now.seconds / 60
        let count = window.withLock { window in
            if window.number != number { window = Window(number: number) }
            let key = window.counts.count < Self.keysMax || window.counts[mac] != nil ? mac : []
            window.counts[key, default: 0] += 1
            return window.counts[key, default: 0]
        }
        return Reading(
            limit: limit, remaining: max(0, limit - count), reset: Int(60 - now.seconds % 60), isOver: count > limit)
    }
}
