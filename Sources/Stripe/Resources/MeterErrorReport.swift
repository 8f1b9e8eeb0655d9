/// A thin event about usage that did not count. Stripe names samples only, so what is not named is found by sums.
///
/// Source: https://docs.stripe.com/api/v2/core/events
public struct MeterErrorReport: Decodable, Sendable, Identifiable {
    /// What it is about.
    public struct Related: Decodable, Sendable {
        /// `mtr_…`
        public let id: String
    }

    /// What it says.
    public struct Content: Decodable, Sendable {
        /// Why events did not count.
        public let reason: Reason?
        /// RFC 3339.
        public let validationStart: String?
        /// RFC 3339.
        public let validationEnd: String?
    }

    /// Why events did not count.
    public struct Reason: Decodable, Sendable {
        /// How many did not.
        public let errorCount: Int64
        /// By kind.
        public let errorTypes: [Kind]
    }

    /// One kind of mistake.
    public struct Kind: Decodable, Sendable {
        /// Such as `meter_event_customer_not_found`.
        public let code: String
        /// How many had it.
        public let errorCount: Int64
        /// Some of them.
        public let sampleErrors: [Sample]
    }

    /// One event that did not count.
    public struct Sample: Decodable, Sendable {
        /// For people.
        public let errorMessage: String?
        /// Which.
        public let request: Request?
    }

    /// Which event it was.
    public struct Request: Decodable, Sendable {
        /// Ours.
        public let identifier: String?
    }

    /// `evt_…`
    public let id: String
    /// `v1.billing.meter.error_report_triggered` or `v1.billing.meter.no_meter_found`.
    public let type: String
    /// The meter, where there is one.
    public let relatedObject: Related?
    /// What it says.
    public let data: Content?
}

/// One page of thin events.
public struct MeterErrorReportPage: Decodable, Sendable {
    /// The elements.
    public let data: [MeterErrorReport]
}

extension StripeCall where Answer == MeterErrorReport {
    /// One thin event with its data.
    public static func retrieveMeterErrorReport(_ id: String) -> Self { get("/v2/core/events/\(segment(id))") }
}

extension StripeCall where Answer == MeterErrorReportPage {
    /// The newest reports: for what no thin event was delivered.
    public static func listMeterErrorReports() -> Self {
        get(
            "/v2/core/events",
            [
                "types[0]": "v1.billing.meter.error_report_triggered", "types[1]": "v1.billing.meter.no_meter_found",
                "limit": "100",
            ])
    }
}
