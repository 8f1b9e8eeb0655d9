import Billing
import HTTPServer
import HTTPTypes
import Postgres

/// `/v1/product_options`: what the portal's product form offers: metrics, for one agent those of its platform (D17,
/// D18, D20), currencies, billing periods, and whether tax can be collected (D13).
enum ProductOptions {
    /// Everything the form needs to know.
    static func show(_ call: Call) async throws -> Response {
        let query = try call.query("agent")
        let id = try call.queryID(query, "agent", of: Agent.self)
        return try await call.read { tx in
            var agent: Agent?
            if let id {
                guard let found = try tx.first(FindAgent(id)) else {
                    throw Problem.notFound("agent", param: "agent")
                }
                agent = found
            }
            let tax = try tx.first(FindConnection()) == nil ? nil : PaymentProcessors.answer(tx)["tax"]
            return .json(
                .ok,
                [
                    "object": "product_options", "agent": .text(agent?.id.text),
                    "pricing_models": .array(PricingModel.allCases.map { .string($0.rawValue) }),
                    "usage_metrics": .array(UsageMetric.allCases.map { metric($0, for: agent) }),
                    "billing_periods": .array(BillingPeriod.Word.allCases.map { .string($0.rawValue) }),
                    "currencies": .array(Currency.known.sorted().compactMap { Currency($0) }.map(currency)),
                    "tax": taxed(tax),
                ])
        }
    }

    /// One metric; why it is not offered, and where to mend it.
    private static func metric(_ metric: UsageMetric, for agent: Agent?) -> JSON {
        let fields = agent?.analysisFields.filter { $0.type == .boolean }.map(\.key) ?? []
        var reason: String?
        if let agent, metric != .custom {
            if !agent.platform.metrics.contains(where: { $0.rawValue == metric.rawValue }) {
                reason = "Agents on \(agent.platform.rawValue) are not billed by this."
            } else if metric == .valueBased, fields.isEmpty {
                reason =
                    "The agent has no boolean custom analysis field. Set one up on the agent's platform, then save the "
                    + "agent's analysis_fields here."
            }
        }
        return .object([
            "metric": .string(metric.rawValue), "unit": .string(metric.unit), "available": .bool(reason == nil),
            "reason": .text(reason),
            // Only truth values can be counted (D18).
            "analysis_fields": .array(metric == .valueBased ? fields.map(JSON.string) : []),
            "setup_url": .text(metric == .valueBased && fields.isEmpty ? agent.flatMap { site[$0.platform] } : nil),
        ])
    }

    /// Where custom analysis fields are set up (D20).
    private static let site: [Agent.Platform: String] = [
        .retell: "https://dashboard.retellai.com", .vapi: "https://dashboard.vapi.ai",
        .elevenlabs: "https://elevenlabs.io/app/agents",
    ]

    private static func currency(_ currency: Currency) -> JSON {
        [
            "code": .string(currency.code), "digits": .number(currency.exponent),
            "multiple_of": .integer(currency.step),
        ]
    }

    /// Whether automatic tax can be switched on, said before anything is made (D13).
    private static func taxed(_ tax: JSON?) -> JSON {
        let status = tax?["status"]?.stringValue
        return [
            "status": .text(status), "automatic_tax_available": .bool(status == "active"),
            "text": tax?["text"] ?? "No Stripe account is connected.", "url": tax?["url"] ?? .null,
        ]
    }
}
