/// What falls due, and when: a heap of (moment, object id). Entries are hints; the object itself says whether it is
/// still due.
struct Agenda: Sendable {
    /// One hint.
    struct Entry: Sendable, Equatable {
        /// Seconds since 1970 on the object's own clock.
        let moment: Int64
        /// The object to look at.
        let id: String
        /// Order of entry, so that hints of one moment come out in the order they went in.
        let sequence: Int
    }

    private var heap: [Entry] = []
    private var sequence = 0

    /// Notes that the object should be looked at.
    mutating func add(_ id: String, at moment: Int64) {
        sequence += 1
        heap.append(Entry(moment: moment, id: id, sequence: sequence))
        var child = heap.count - 1
        while child > 0, Self.isBefore(heap[child], heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// The moment of the earliest hint.
    var earliest: Int64? { heap.first?.moment }

    /// Takes the earliest hint if it is due.
    mutating func take(until moment: Int64) -> Entry? {
        guard let first = heap.first, first.moment <= moment else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return first
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && Self.isBefore(heap[child], heap[least]) {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private static func isBefore(_ left: Entry, _ right: Entry) -> Bool {
        left.moment == right.moment ? left.sequence < right.sequence : left.moment < right.moment
    }
}
