import HTTPTypes

/// How often a recurring price is billed.
struct BillingInterval: Hashable, Sendable {
    /// `day`, `week`, `month` or `year`.
    let unit: String
    /// Every so many of them.
    let count: Int64

    /// From a price's `recurring`.
    init(_ recurring: JSONObject) {
        unit = recurring.text("interval") ?? "month"
        count = recurring.whole("interval_count") ?? 1
    }

    /// The moment so many intervals after the anchor; months are counted from the anchor, so a 31st stays a 31st.
    func moment(_ number: Int64, after anchor: Int64) -> Int64 {
        switch unit {
        case "day": anchor + number * count * 86_400
        case "week": anchor + number * count * 604_800
        case "year": CivilDate(seconds: anchor).adding(months: 12 * count * number).seconds
        default: CivilDate(seconds: anchor).adding(months: count * number).seconds
        }
    }

    /// The first period boundary after the moment, counted from the anchor, which may lie before or after it.
    func boundary(after moment: Int64, anchor: Int64) -> Int64 {
        if anchor > moment {
            var number: Int64 = 0
            while self.moment(number - 1, after: anchor) > moment { number -= 1 }
            return self.moment(number, after: anchor)
        }
        var number = max(1, (moment - anchor) / secondsMax)
        while self.moment(number, after: anchor) <= moment { number += 1 }
        return self.moment(number, after: anchor)
    }

    /// The beginning of the period that ends at a boundary.
    func start(before end: Int64, anchor: Int64) -> Int64 {
        var number = (end - anchor) / secondsMax - 1
        while moment(number, after: anchor) >= end { number -= 1 }
        while moment(number + 1, after: anchor) < end { number += 1 }
        return moment(number, after: anchor)
    }

    /// The longest this interval can be, in seconds.
    var secondsMax: Int64 {
        switch unit {
        case "day": count * 86_400
        case "week": count * 604_800
        case "year": count * 366 * 86_400
        default: count * 31 * 86_400
        }
    }
}
