/// The meter events of one account and mode, in the order they came.
struct UsageBook: Sendable {
    /// Stripe keeps identifiers unique for at least this long.
    static let identifierSeconds: Int64 = 86_400

    private struct Pair: Hashable {
        let meter: String
        let customer: String
    }

    /// Every event that was taken.
    private(set) var entries: [UsageEntry] = []
    private var byPair: [Pair: [Int]] = [:]
    private var byIdentifier: [String: Int] = [:]
    private var unreported: [Int] = []

    /// Takes an event.
    mutating func add(_ entry: UsageEntry) {
        let index = entries.count
        entries.append(entry)
        byIdentifier[entry.identifier] = index
        switch entry.verdict {
        case .counted(let meter, let customer, _):
            byPair[Pair(meter: meter, customer: customer), default: []].append(index)
        case .rejected: if !entry.isReported { unreported.append(index) }
        }
    }

    /// The newest event of an identifier.
    func find(_ identifier: String) -> UsageEntry? { byIdentifier[identifier].map { entries[$0] } }

    /// Whether the identifier was used in the last day.
    func isUsed(_ identifier: String, at now: Int64) -> Bool {
        guard let entry = find(identifier) else { return false }
        return entry.received + Self.identifierSeconds > now
    }

    /// Takes the newest event of an identifier back.
    mutating func cancel(_ identifier: String) {
        if let index = byIdentifier[identifier] { entries[index].isCanceled = true }
    }

    /// The counted events of a meter and a customer that were not taken back, in the order they came.
    func counted(meter: String, customer: String) -> [(timestamp: Int64, value: Int64)] {
        (byPair[Pair(meter: meter, customer: customer)] ?? []).compactMap { index in
            let entry = entries[index]
            guard !entry.isCanceled, case .counted(_, _, let value) = entry.verdict else { return nil }
            return (entry.timestamp, value)
        }
    }

    /// Rejected events no report told of yet.
    var untold: [UsageEntry] { unreported.map { entries[$0] } }

    /// Marks all rejected events as told.
    mutating func markTold() {
        for index in unreported { entries[index].isReported = true }
        unreported = []
    }
}
