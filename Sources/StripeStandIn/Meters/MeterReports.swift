import HTTPTypes

/// Tells of meter events that did not count: one thin event a meter for those of a window, as Stripe does.
struct MeterReports {
    /// The books the events are in.
    let books: Books

    /// Length of a window, seconds.
    private static let windowSeconds: Int64 = 10
    /// Errors told in full of each kind.
    private static let samplesMax = 5

    /// Tells of what waited long enough: by default nothing waits.
    func passTime() {
        let untold = books.usage.untold
        guard let first = untold.first,
            books.world.now >= first.received + books.world.policy.meterReportSeconds
        else { return }
        books.usage.markTold()
        var order: [String?] = []
        var byMeter: [String?: [UsageEntry]] = [:]
        for entry in untold {
            guard case .rejected(_, _, let meter) = entry.verdict else { continue }
            if byMeter[meter] == nil { order.append(meter) }
            byMeter[meter, default: []].append(entry)
        }
        for meter in order { tell(meter, byMeter[meter] ?? []) }
    }

    private func tell(_ meter: String?, _ entries: [UsageEntry]) {
        guard let first = entries.map(\.received).min(), let last = entries.map(\.received).max() else { return }
        let window = Self.windowSeconds
        let data: JSONObject = [
            "developer_message_summary": .string(
                entries.count == 1 ? "There is 1 invalid event" : "There are \(entries.count) invalid events"),
            "reason": [
                "error_count": .integer(Int64(entries.count)),
                "error_types": .array(Self.types(of: entries)),
            ],
            "validation_start": .string(InstantText.of(first / window * window)),
            "validation_end": .string(InstantText.of((last / window + 1) * window)),
        ]
        if let meter {
            books.emitThin(
                "v1.billing.meter.error_report_triggered", data: data,
                related: [
                    "id": .string(meter), "type": "billing.meter", "url": .string("/v1/billing/meters/\(meter)"),
                ])
        } else {
            books.emitThin("v1.billing.meter.no_meter_found", data: data, related: nil)
        }
    }

    private static func types(of entries: [UsageEntry]) -> [JSON] {
        var order: [String] = []
        var samples: [String: [JSON]] = [:]
        var counts: [String: Int64] = [:]
        for entry in entries {
            guard case .rejected(let code, let message, _) = entry.verdict else { continue }
            if counts[code] == nil { order.append(code) }
            counts[code, default: 0] += 1
            if samples[code]?.count ?? 0 < samplesMax {
                samples[code, default: []].append([
                    "error_message": .string(message), "request": ["identifier": .string(entry.identifier)],
                ])
            }
        }
        return order.map { code in
            [
                "code": .string(code), "error_count": .integer(counts[code] ?? 0),
                "sample_errors": .array(samples[code] ?? []),
            ]
        }
    }
}
