import HTTPTypes

/// What a customer used, hour by hour or day by day: the page "verify the metering" and reconciliation read it.
enum MeterSummaries {
    /// `GET /v1/billing/meters/{id}/event_summaries`.
    static func list(_ call: Call) throws(Refusal) -> Answer {
        let meter = try Meters.meter(call)
        let customer = try call.customer()
        let start = call.params.whole("start_time") ?? 0
        let end = call.params.whole("end_time") ?? 0
        guard end > start else {
            throw .invalid("end_time must be after start_time.", param: "end_time")
        }
        let window = call.params.text("value_grouping_window")
        let step: Int64 = window == "hour" ? 3_600 : window == "day" ? 86_400 : 60
        for (name, moment) in [("start_time", start), ("end_time", end)] where moment % step != 0 {
            throw .invalid(
                "\(name) must be aligned with \(window.map { "UTC \($0)" } ?? "minute") boundaries.", param: name)
        }
        guard window != nil else {
            return .list([summary(meter, customer, start, end, in: call.books)])
        }
        guard (end - start) / step <= 10_000 else {
            throw .invalid("The time range is too long for its grouping window.", param: "end_time")
        }
        // Newest first, like every list.
        let count = (end - start) / step
        let starts = (1...count).map { end - $0 * step }
        return .list(starts.map { summary(meter, customer, $0, $0 + step, in: call.books) })
    }

    private static func summary(
        _ meter: JSONObject, _ customer: JSONObject, _ start: Int64, _ end: Int64, in books: Books
    ) -> JSONObject {
        var summary = books.world.schema.blank("billing.meter_event_summary")
        // Always the same for the same question: the cursor of a list.
        let name = "\(meter.id) \(customer.id) \(start) \(end)"
        summary["id"] = .string((books.isLive ? "mtrusg_" : "mtrusg_test_") + name.hashedLetters)
        let total = MeterUsage(books: books).total(meter: meter.id, customer: customer.id, from: start, until: end)
        summary["aggregated_value"] = .integer(total)
        summary["start_time"] = .integer(start)
        summary["end_time"] = .integer(end)
        summary["meter"] = .string(meter.id)
        summary["livemode"] = .bool(books.isLive)
        return summary
    }
}
