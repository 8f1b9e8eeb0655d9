import HTTPServer
import HTTPTypes

/// The documentation of the API, served by the API: for people as Markdown, for machines with an index (llmstxt.org).
enum Documentation {
    /// One page.
    struct Page: Sendable {
        /// Its address under `/docs/`.
        let name: String
        /// One line about it.
        let about: String
        /// Markdown.
        let text: [UInt8]
    }

    /// Every page, in the order of reading.
    static let pages: [Page] = [
        Page(
            name: "getting-started.md", about: "requests, commands, errors, and the shortest way to money",
            text: PackageResources.getting_started_md),
        Page(
            name: "connecting-stripe.md", about: "secret keys, restricted keys, Connect, failed payments, imports",
            text: PackageResources.connecting_stripe_md),
        Page(
            name: "catalogue.md", about: "products, prices, plans, quotas", text: PackageResources.catalogue_md),
        Page(
            name: "subscriptions.md", about: "agents, dates, coupons, tax, changes",
            text: PackageResources.subscriptions_md),
        Page(
            name: "invoices.md", about: "one-time bills, refunds, credit notes", text: PackageResources.invoices_md),
        Page(name: "usage.md", about: "events in, rules, what could not be metered", text: PackageResources.usage_md),
        Page(name: "credits.md", about: "prices, quotes, purchases, the ledger", text: PackageResources.credits_md),
        Page(name: "access.md", about: "may this client come in, and why not", text: PackageResources.access_md),
        Page(
            name: "webhooks.md", about: "what the portal is told, and how to verify it",
            text: PackageResources.webhooks_md),
        Page(
            name: "reconciliation.md", about: "what differs between Stripe and Tollgate, and its repair",
            text: PackageResources.reconciliation_md),
        Page(
            name: "portals.md", about: "API keys, portal users and their roles, brand, audit log, a client's data",
            text: PackageResources.portals_md),
    ]

    /// The index.
    static func index(_ call: Call) async throws -> Response {
        var lines = [
            "# Tollgate", "", "> Multi-tenant billing in front of Stripe, for white-label portals.", "", "## Docs", "",
        ]
        for page in pages {
            lines.append("- [\(title(of: page))](\(call.gateway.publicURL)/docs/\(page.name)): \(page.about)")
        }
        lines += [
            "", "## API", "", "- [Contract](\(call.gateway.publicURL)/openapi.yaml): every address, field and error",
            "",
        ]
        return .text(.ok, lines.joined(separator: "\n"))
    }

    /// One page.
    static func show(_ call: Call) async throws -> Response {
        guard let page = pages.first(where: { $0.name == call.parameters["page"] }) else {
            throw Problem.notFound("page")
        }
        var response = Response(.ok, body: page.text)
        response.headers["Content-Type"] = "text/markdown; charset=utf-8"
        return response
    }

    /// What stands in a page's first line.
    private static func title(of page: Page) -> String {
        let line = page.text.prefix { $0 != 0x0A }
        return String(decoding: line.drop { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: " ") }, as: UTF8.self)
    }
}
