import HTTPTypes

/// What a customer used, as the meter's formula adds it up. Everything taken so far is in it at once.
struct MeterUsage {
    /// The books the usage is in.
    let books: Books

    /// The aggregated value of the events at `from` or later and before `until`, seconds since 1970: the sum (negative
    /// when corrections outweigh it), the number of events, or the value of the last one; 0 when there are none.
    ///
    /// Corrections by adjustment are left out. A meter that was deactivated keeps what it counted.
    func total(meter: String, customer: String, from: Int64, until: Int64) -> Int64 {
        let events = books.usage.counted(meter: meter, customer: customer)
            .filter { $0.timestamp >= from && $0.timestamp < until }
        switch books.find("billing.meter", meter)?.text("default_aggregation", "formula") {
        case "count": return Int64(events.count)
        case "last":
            // Of one second the one that came last counts.
            var last: (timestamp: Int64, value: Int64)?
            for event in events where event.timestamp >= (last?.timestamp ?? .min) { last = event }
            return last?.value ?? 0
        default: return events.reduce(0) { $0 + $1.value }
        }
    }
}
