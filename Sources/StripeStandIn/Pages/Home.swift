import HTTPServer
import HTTPTypes

/// The first page: what this is, and what there is.
struct Home {
    /// The stand-in.
    let world: World

    /// The page.
    func page() -> Response {
        let rows = world.accounts.values.sorted { $0.id < $1.id }.prefix(100).map { account in
            "<tr><td>\(Page.escape(account.id))</td><td>\(Page.escape(account.platform ?? "own key"))</td>"
                + "<td>\(account.test.count("customer"))</td><td>\(account.test.count("subscription"))</td>"
                + "<td>\(account.test.count("invoice"))</td></tr>"
        }
        return Page.html(
            title: "stripe-stand-in",
            body: """
                <p>Answers like Stripe's API, version \(Page.escape(world.schema.version)). Any key shaped like
                <code>sk_test_…</code> works; see <code>/_stand_in/requests</code> \
                and <code>/_stand_in/objects</code>.</p>
                <table><tr><th>Account</th><th>Connected by</th><th>Customers</th><th>Subscriptions</th>\
                <th>Invoices</th></tr>
                \(rows.joined(separator: "\n"))</table>
                """)
    }
}
