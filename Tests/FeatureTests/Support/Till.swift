import HTTPTypes
import TestSupport

/// A customer of the agency's own at Stripe, who buys prices that were made here: what a price comes to on an invoice,
/// without a portal in between.
struct Till: Sendable {
    let standIn: StandInClient
    let key: String
    let customer: String

    /// A new customer; in Great Britain, where the stand-in's tax is 20 %, when tax matters.
    init(_ standIn: StandInClient, key: String, taxed: Bool = false) async throws {
        self.standIn = standIn
        self.key = key
        if taxed {
            let head = [
                ("defaults[tax_behavior]", "exclusive"), ("defaults[tax_code]", "txcd_10103001"),
                ("head_office[address][country]", "GB"), ("head_office[address][line1]", "1 High St"),
                ("head_office[address][city]", "London"), ("head_office[address][postal_code]", "SW1A 1AA"),
            ]
            _ = try await Self.made(standIn, key, "/v1/tax/settings", head)
            let registration = [
                ("country", "GB"), ("country_options[gb][type]", "standard"),
                ("country_options[gb][standard][place_of_supply_scheme]", "standard"), ("active_from", "now"),
            ]
            _ = try await Self.made(standIn, key, "/v1/tax/registrations", registration)
        }
        let who = [
            ("name", "Buyer"), ("email", "buyer@client.example"), ("address[country]", "GB"),
            ("address[postal_code]", "SW1A 1AA"),
        ]
        customer = try await Self.made(standIn, key, "/v1/customers", who).string("id") ?? ""
    }

    /// Buys prices by Stripe's ids, on account; gives the subscription.
    func buy(_ prices: [(id: String, quantity: Int64?)], taxed: Bool = false) async throws -> String {
        var form = [
            ("customer", customer), ("collection_method", "send_invoice"), ("days_until_due", "30"),
            ("billing_mode[type]", "flexible"),
        ]
        for (index, price) in prices.enumerated() {
            form.append(("items[\(index)][price]", price.id))
            if let quantity = price.quantity { form.append(("items[\(index)][quantity]", String(quantity))) }
        }
        if taxed { form.append(("automatic_tax[enabled]", "true")) }
        return try await Self.made(standIn, key, "/v1/subscriptions", form).string("id") ?? ""
    }

    /// Uses so much of what a meter counts.
    func use(_ quantity: Int64, of event: String) async throws {
        let form = [
            ("event_name", event), ("payload[stripe_customer_id]", customer), ("payload[value]", String(quantity)),
        ]
        _ = try await Self.made(standIn, key, "/v1/billing/meter_events", form)
    }

    /// The invoices of a subscription, the first one first.
    func invoices(of subscription: String) async throws -> [JSON] {
        let path = "/v1/invoices?subscription=\(subscription)&limit=100"
        return try await standIn.stripe(.get, path, key: key).json.members.reversed()
    }

    /// Totals of them in minor units.
    func totals(of subscription: String) async throws -> [Int64] {
        try await invoices(of: subscription).map { $0["total"]?.integerValue ?? -1 }
    }

    private static func made(
        _ standIn: StandInClient, _ key: String, _ path: String, _ form: [(String, String)]
    ) async throws -> Answer {
        let answer = try await standIn.stripe(.post, path, key: key, form: form)
        guard answer.status == 200 else { throw NeverHappened("\(path): \(answer)") }
        return answer
    }
}
